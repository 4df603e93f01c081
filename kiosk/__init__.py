"""The kiosk app for Enable3's loyalty widget.

A newcomer's way through the code: `__main__` -> `cli` -> `commands`, the composition root, which makes

    supervisor   the loop that runs a kiosk: start at `supervisor.app`
    sign_in      who a visitor is
    outbox       what the API is told, however long that takes
    operators    the PIN, the panel, the enrolment

of the adapters `api`, `credentials`, `shell` (the window's process), `store` and `ops`, around the pure `core`, whose
`core.step` has the table of what happens when. `sandbox` is an Enable3 to try all this with. Each package's docstring
says what is in it; what each may import is a test: `tests/test_architecture.py`.
"""

__version__ = "0.1.0"
