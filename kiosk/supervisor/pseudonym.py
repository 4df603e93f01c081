"""What the log calls a visitor: a name for one visit, from which nobody can tell who it was."""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.core.user_id import UserId

_SALT = 16  # bytes: nobody tries all of them
_LENGTH = 4  # bytes, shown as twice as many digits: enough to tell apart the visits of a log that holds thousands


def name_for_this_visit(user: UserId) -> str:
    """Return eight hexadecimal digits: a hash of the id, salted by chance.

    The salt is kept nowhere, so that nobody who has the log and a list of all ids can find out whose visit it was, and
    the same visitor has another name the next time.
    """
    return blake2b(user.reveal().encode(), key=os.urandom(_SALT), digest_size=_LENGTH).hexdigest()
