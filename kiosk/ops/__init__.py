"""What keeps a terminal in operation: one instance, the channel by which others ask it, its restart, network, checks.

`control` answers on a running kiosk and `control_client` asks it, in the words of `control_messages`, over a socket or
a named pipe; `checks` are the doctor's. Which layers of the lock-down kit a machine lacks is judged by
`lockdown_layers` (Linux), `windows_layers` and `mac_layers`, of what `linux_machine` and `windows_machine` have read.
"""
