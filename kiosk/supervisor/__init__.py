"""The process that runs a kiosk: one asyncio loop, which never loads a GUI library. `app` tells its story.

What happens comes through `inbox`; `translation` makes events of a shell's messages. What follows from an event is done
by `screen` (the windows), `timers`, `authentication` (over `connection`), `visiting` with its `bar`, `reception` (who
signs in), `operating` (the operator's pages; `contents` has the others'), `requests` (other processes) and
`network_watch`. `pseudonym` is what the log calls a visitor, and `oblivion` overwrites what is left of one in memory.
`parts` are those that the composition root makes: `kiosk.commands._parts`.
"""
