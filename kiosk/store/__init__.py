"""What the kiosk must still know after a power cut: the only home of sqlite3.

`database` opens a file whatever state it is in, `outbox` keeps events until Enable3 has them, with `journal` as their
second copy. All of it blocks: on the supervisor's loop it runs in a thread.
"""
