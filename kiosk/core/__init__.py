"""What the kiosk knows and decides: pure values and functions, no input, no output, no clock, no threads."""
