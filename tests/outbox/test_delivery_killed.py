"""A terminal that loses power while it sends: everything arrives all the same, and each visitor's in order."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from kiosk.core.user_id import UserId
from kiosk.outbox.posting import event_item
from kiosk.sandbox.faults import Failure, Faults
from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import run_sandbox
from kiosk.store.outbox import Outbox

if TYPE_CHECKING:
    from pathlib import Path

SENDER = """
import sys
from pathlib import Path
from kiosk import loop
from kiosk.api import ApiSettings, Enable3
from kiosk.core.secret import Secret
from kiosk.outbox.delivery import Delivery
from kiosk.store.outbox import Outbox

async def main():
    settings = ApiSettings(base_url=sys.argv[2], attempts=1)
    async with Enable3(settings, Secret(sys.stdin.readline().strip())) as api:
        async def get():
            return api
        print((await Delivery(Outbox(Path(sys.argv[1])), get).drain()).left)

loop.run(main())
"""


def test_a_sender_that_is_killed_again_and_again_loses_nothing_and_changes_no_order(tmp_path: Path):
    path = tmp_path / "data" / "outbox.db"
    random = Random(11)  # noqa: S311 - not a secret
    outbox = Outbox(path)
    for number in range(40):
        for user in "abcdef":
            item = event_item(
                name=f"{user}/{number}",
                user=UserId.parse(user),
                event_id="coffee",
                value=Decimal(1),
                created_at=datetime(2026, 11, 23, tzinfo=UTC),
            )
            outbox.append(item)
    outbox.close()
    faults = Faults(fail=(Failure(500, 0.02),), latency_ms=5)
    with run_sandbox(SandboxOptions(faults=faults, seed=4)) as sandbox:
        for _ in range(5):
            before = len(sandbox.state.log.entries())
            sender = subprocess.Popen(
                [sys.executable, "-c", SENDER, str(path), sandbox.base_url], stdin=subprocess.PIPE, text=True
            )
            assert sender.stdin
            sender.stdin.write(sandbox.api_key + "\n")
            sender.stdin.flush()
            enough, deadline = before + random.randrange(1, 40), time.monotonic() + 20
            while len(sandbox.state.log.entries()) < enough and time.monotonic() < deadline and sender.poll() is None:
                time.sleep(0.002)  # the sandbox has no event for it
            sender.kill()
            sender.communicate()
        sandbox.state.faults = Faults()
        subprocess.run(
            [sys.executable, "-c", SENDER, str(path), sandbox.base_url],
            input=sandbox.api_key,
            text=True,
            check=True,
            timeout=60,
        )
        arrived = defaultdict(list)
        for name in sandbox.state.store.events:
            user, _, number = name.partition("/")
            arrived[user].append(int(number))
        requests = len(sandbox.state.log.entries())

    assert arrived == {user: list(range(40)) for user in "abcdef"}
    assert requests <= 240 + 60, "little is sent twice"
