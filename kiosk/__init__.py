"""The kiosk app for Enable3's loyalty widget.

A newcomer's way through the code: `__main__` -> `cli` -> `commands` -> `app` (the composition root), which ties
`api`, `credentials` and `shell` to the pure `core`. What each part may import is a test: `tests/test_architecture.py`.
"""

__version__ = "0.1.0"
