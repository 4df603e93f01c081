"""What the log calls a visitor."""

from __future__ import annotations

import re

import pytest

from kiosk.core.user_id import UserId
from kiosk.logs import redact
from kiosk.supervisor.pseudonym import name_for_this_visit

pytestmark = pytest.mark.private(23)


def test_the_same_visitor_has_another_name_every_time():
    names = {name_for_this_visit(UserId.parse("anna")) for _ in range(100)}

    assert len(names) == 100
    assert all(re.fullmatch("[0-9a-f]{8}", name) for name in names)


def test_any_id_has_one_that_the_log_shows():
    name = name_for_this_visit(UserId.parse("🎰" * 256))

    assert redact(f"visit began visit=1 visitor={name}") == f"visit began visit=1 visitor={name}"
