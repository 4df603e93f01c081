"""From what happens to what the API was told: the outbox's two ends.

`terminal_events` puts in what the terminal itself has to tell, `posting` is an item's content, `delivery` sends: `pace`
says how fast, `settling` notes what is done with. The outbox itself, on the disk, is `kiosk.store.outbox`.
"""
