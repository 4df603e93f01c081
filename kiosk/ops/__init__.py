"""What keeps a terminal in operation: one instance, the channel by which others ask it, its restart, network, checks.

`control` answers on a running kiosk and `control_client` asks it, in the words of `control_messages`, over a socket or
a named pipe; `checks` are the doctor's.
"""
