"""An Enable3 to try everything against: the API, a sample widget and a sample SDK page, on loopback alone.

A way through the code: `server` runs it, `application` ties it together, `api` and `visits` answer, `store` remembers,
`faults` breaks things on demand, `log` remembers what was asked. Nothing here is on the kiosk's launch path.
"""
