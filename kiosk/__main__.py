"""`python -m kiosk`, and the installed command `kiosk`."""

import sys
from typing import NoReturn

from kiosk.cli import main


def run() -> NoReturn:
    """Run the command line and end the process with its status."""
    sys.exit(main())


if __name__ == "__main__":
    run()
