"""What keeps a terminal in operation: one instance, the display, and later the watchdog and the fleet."""
