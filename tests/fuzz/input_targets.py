"""What people and programs give a terminal: arguments, deep links, ids, patterns, keys."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Any, Self
from unicodedata import category
from urllib.parse import unquote
from uuid import UUID

from kiosk.api.calls import encode_segment
from kiosk.config.pattern import check_regex
from kiosk.core.deeplink import WITH_ITEMS, Feature, parse_deep_link
from kiosk.core.sign_in import looks_signed
from kiosk.core.user_id import MAX_LENGTH, UserId
from kiosk.errors import KioskError
from kiosk.parser import build_parser
from tests.fuzz.mutations import CHARACTERS, mutate, text
from tests.fuzz.target import CANARY, Target, quotes_nothing

if TYPE_CHECKING:
    from random import Random

    from kiosk.config.pattern import UserPattern

ITEM = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"
LINES = (
    "run --user visitor-42 --feature rewards --item-id " + ITEM,
    "run --language pt-BR --windowed --screen 1 --base-url https://api.example --api-key-file -",
    "status --json -v", "end", "key set --yes", "pin test --json", "config show --screen 3", "config path",
    "api widget-url --user x --feature missions", "api event --user x --event-id e --value 1.5 --tag a --tag b",
    "outbox list --dead", "outbox retry id-1 id-2 --all", "outbox drop --all-dead --yes", "code check --json",
    "sandbox --latency-ms 80 --fail 503:0.3", "completion bash", "doctor --json", "--version", "--help", "setup -h",
)  # fmt: skip
_ARGUMENTS = ("", "-", "--", "---", "-v", "-h", "--help", "--user", "--user=", f"--user={CANARY}", f"--{CANARY}",
              CANARY, f"-{CANARY}", f"--screen={CANARY}", "--feature", "--item-id", ITEM, "--api-key-file",
              "@/etc/passwd", "%s%n%(prog)s", "-1", "--screen=-1", "--base-url=http://127.0.0.1", "--no-such", "api", "run", "\ud800",
              "a" * 5000, "--use", "--windowed=1", "--fail", "503:0.3", "--json=x")  # fmt: skip


class Arguments(Target):
    name = "arguments"
    promise = "a command, help, or KioskError that quotes nothing; never a traceback"

    def __enter__(self) -> Self:
        self._parser = build_parser()
        return self

    def make(self, choices: Random) -> list[str]:
        given = choices.choice(LINES).split()
        for _ in range(choices.randrange(4)):
            at = choices.randrange(len(given) + 1)
            kind = choices.random()
            word = (
                choices.choice(_ARGUMENTS) if kind < 0.7 else mutate(choices, given or LINES, _ARGUMENTS, longest=300)
            )
            given[at : at + choices.randrange(2)] = [word]
        return given

    def check(self, item: list[str]) -> None:
        out = io.StringIO()
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                parsed = self._parser.parse_args(item)
        except KioskError as error:
            assert CANARY not in f"{error} {error.hint}".replace(f"--{CANARY}", ""), "an error repeats a value"
        except SystemExit as left:
            assert left.code == 0
            assert {"-h", "--help", "--version"} & set(item) or any(
                word.startswith("-") and "h" in word for word in item
            )
        else:
            assert CANARY not in repr(getattr(parsed, "user", None))
        assert CANARY not in out.getvalue()


class DeepLinks(Target):
    name = "deep links"
    promise = "a section that there is, with a UUID where it has items, or InvalidInput that quotes nothing"

    def make(self, choices: Random) -> tuple[str | None, str | None]:
        names = (*Feature, CANARY, "REWARDS", "mission")
        feature = None if choices.random() < 0.1 else self._one(choices, names)
        items = (ITEM, ITEM.upper(), f"{{{ITEM}}}", f"urn:uuid:{ITEM}", ITEM.replace("-", ""), CANARY)
        return feature, None if choices.random() < 0.3 else self._one(choices, items)

    @staticmethod
    def _one(choices: Random, samples: tuple[str, ...]) -> str:
        if choices.random() < 0.4:
            return str(choices.choice(samples))
        return mutate(choices, [*map(str, samples)], ("", "-", ITEM, "a" * 3000, *CHARACTERS), longest=4000)

    def check(self, item: tuple[str | None, str | None]) -> None:
        feature, item_id = item
        try:
            link = parse_deep_link(feature, item_id)
        except KioskError as error:
            quotes_nothing(error)
            return
        assert link.feature == feature
        assert link.item_id is None or (link.feature in WITH_ITEMS and isinstance(link.item_id, UUID))
        assert parse_deep_link(feature, None if link.item_id is None else str(link.item_id)) == link


class UserIds(Target):
    name = "user ids"
    promise = "no control, no half character, bounded; one segment of a path, which is read back to the same id"

    def make(self, choices: Random) -> str:
        if choices.random() < 0.3:
            return text(choices, choices.choice((4, 40, MAX_LENGTH + 4)))
        return mutate(choices, ("visitor-42", "+49 170 123", "..", "a/b", CANARY, "名前", "ä" * 255), CHARACTERS)

    def check(self, item: str) -> None:
        looks_signed(item)
        try:
            user = UserId.parse(item)
        except KioskError as error:
            quotes_nothing(error)
            return
        assert 0 < len(item) <= MAX_LENGTH
        assert not any(category(character) in {"Cc", "Cs"} for character in item)
        segment = encode_segment(user.reveal())
        assert unquote(segment, errors="strict") == item
        assert segment.isascii()
        assert not set(segment) & set("/?#\\ ")
        assert segment not in {".", ".."}
        assert repr(user) == str(user) == f"{user:s}" == "UserId(***)"
        assert len(user.masked()) <= 7
        assert len(item) >= 6 or user.masked() == "••••"


class Patterns(Target):
    """Patterns as an operator might write them, and worse, each tried on ids that are made to be slow for it."""

    name = "user patterns"
    promise = "a pattern that decides about any id in 0.25 s, or InvalidInput that quotes nothing"
    _atoms = (
        "a",
        "0",
        "[a-z]",
        "[0-9]",
        r"\d",
        r"\w",
        ".",
        "é",
        "(a|a)",
        "(a|b|ab)",
        "(?:a*)",
        r"[^-]",
        "-",
        "a?",
        "aa",
    )
    _repeats = ("", "", "*", "+", "?", "{2}", "{2,}", "{0,9}", "{1,40}", "*?", "+?", "{200}", "{,3}")
    _whole = (r"[A-Z]{2}\d{6}", r"[a-z0-9._-]+@[a-z0-9.-]+\.[a-z]{2,}", r"(VIP|STD)-\d+", CANARY + "(", "(a*)*b")

    def __init__(self) -> None:
        self._value = ""
        self._pattern: UserPattern | None = None

    def make(self, choices: Random) -> tuple[str, str]:
        """Return a pattern and an id. A pattern stays for about fifty ids: reading it takes the longest."""
        if not self._value or choices.random() < 0.02:
            self._value = self._any(choices)[:257]
        letter = choices.choice("aaaa00-é A")
        return self._value, letter * choices.choice((5, 30, 255)) + choices.choice(("", "!", "b", "\x7f"))

    def settle(self) -> None:
        self._value = ""

    def _any(self, choices: Random) -> str:
        if choices.random() < 0.1:
            return mutate(choices, self._whole, (*self._atoms, *self._repeats, *CHARACTERS), longest=260)
        return self._build(choices, 2)

    def _build(self, choices: Random, depth: int) -> str:
        parts = []
        for _ in range(choices.randrange(1, 9)):
            atom = (
                f"({self._build(choices, depth - 1)})"
                if depth and choices.random() < 0.2
                else choices.choice(self._atoms)
            )
            parts.append(atom + choices.choice(self._repeats))
            if choices.random() < 0.1:
                parts.append("|")
        return "".join(parts)

    def check(self, item: Any) -> None:
        value, tried = item
        try:
            if self._pattern is None or self._pattern.pattern != value:
                self._pattern = check_regex(value, "user_pattern")
        except KioskError as error:
            quotes_nothing(error)
            self._pattern = None
            return
        assert (self._pattern is None) == (not value)
        if self._pattern is not None:
            self._pattern.fullmatch(tried)


TARGETS = (Arguments, DeepLinks, UserIds, Patterns)
