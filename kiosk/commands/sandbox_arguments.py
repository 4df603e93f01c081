"""The options of `kiosk sandbox`: apart from the command, so that `--help` and completion import next to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.sandbox.options import DAY, LOOPBACK_HOSTS

if TYPE_CHECKING:
    import argparse

DEFAULT_PORT = 8787
"""So that commands in the README can be copied as they are."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `kiosk sandbox`, but for `--json`, which every command has."""
    parser.add_argument("--host", choices=LOOPBACK_HOSTS, default="127.0.0.1", help="where to listen: loopback alone")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, metavar="N", help="0 picks a free one (%(default)s)")
    parser.add_argument("--api-key-file", metavar="FILE|-", help="a key to accept instead of the demo key")
    parser.add_argument("--token-life", type=float, default=DAY, metavar="SECONDS", help="how long tokens are valid")
    parser.add_argument("--tls", action="store_true", help="https, by a CA made for this run; its file is printed")
    parser.add_argument("--latency-ms", type=int, default=0, metavar="N", help="wait before each answer of the API")
    parser.add_argument(
        "--fail",
        action="append",
        default=[],
        metavar="STATUS:PROBABILITY[:RETRY_AFTER]",
        help="fail a share of the API's answers, such as 503:0.3; may be repeated",
    )
    parser.add_argument("--drip", action="store_true", help="send bodies a byte at a time")
    parser.add_argument("--reset", action="store_true", help="cut connections in the middle of the answer")
    parser.add_argument("--garbage", action="store_true", help="send malformed bodies")
    parser.add_argument("--expired-token", action="store_true", help="issue tokens that have expired already")
    parser.add_argument("--deny-address", action="store_true", help="answer 403, as if this address were not allowed")
    parser.add_argument("--seed", type=int, metavar="N", help="make the drawing of failures repeatable")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="also stop when standard input ends: the parent is gone"
    )
