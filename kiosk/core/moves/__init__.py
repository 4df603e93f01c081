"""What follows from an event, one module a part of the day. `kiosk.core.step` has the table."""
