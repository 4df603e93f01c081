"""The operator's part of a terminal: the PIN, the panel, and the enrolment with what it shares with `kiosk setup`."""
