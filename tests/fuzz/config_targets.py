"""What operators, and whoever writes to their files, give a terminal as its configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.config import Config, Survey
from kiosk.config.schema import KEYS
from kiosk.config.sources import Source, read_environment, read_flags, read_toml
from tests.fuzz.mutations import CHARACTERS, NUMBERS, mutate
from tests.fuzz.target import CANARY, Target

if TYPE_CHECKING:
    from random import Random

FILE = """\
# a terminal
base_url = "https://integration.enable3.io"  # the API
auth = 'widget'
allow = ["https://a.example", "https://*.b.example:8443"]
proxy = "http://proxy.example:3128"
connect_timeout = 2.5
screen = 1
windowed = false
brand = \"\"\"
Café\"\"\"
primary_color = "#0b1b33"
languages = ["en", "ar"]
sign_in = ["scanner", "keypad"]
user_pattern = '[A-Z]{2}\\d{6}'
scanner_gap_ms = 50
idle_timeout = 90
outbox_limit = 1000
"""
_VALUES = (
    *NUMBERS, "true", '""', "[]", "{}", "[[1]]", "1979-05-27T07:32:00Z", "1979-13-99", "07:61:00", "inf", "-nan",
    "0xFF_FF", "0b1", f'"{CANARY}"', f"['{CANARY}', 1]", "'''\n'''", '"\\uD800"', '"\\U00110000"', "{a = 1}", "+1",
    '"https://x.example"', '"http://127.0.0.1:1"', '"/etc/passwd"', "[" * 500, "{a=" * 300, '"' + "a" * 5000 + '"',
)  # fmt: skip
_WORDS = (*_VALUES, *CHARACTERS, *(f"\n{name} = " for name in KEYS), "[table]\n", "[[a]]\n", "a.b.c = 1\n", "=", '"""',
          f"\n{CANARY} = 1\n", "api_key = 'x'\n", "\r\n", "\ufeff", "#", "k = 1\n" * 50)  # fmt: skip


class _Sources(Target):
    """Whatever the source: each problem says where or which key, and no value; without one, there is a Config."""

    limit = 1.0
    promise = "a setting, or a problem that names the place and repeats no value; never a traceback"

    def judge(self, survey: Survey) -> None:
        for problem in survey.problems:
            assert problem.text
            assert problem.where or problem.key, "a problem that names nothing"
            assert f'"{CANARY}"' not in f"{problem} {problem.hint}"
            named = problem.where.lower() + problem.key.lower()
            assert CANARY in named or CANARY not in f"{problem.text} {problem.hint}", "a problem repeats a value"
        values: dict[str, Any] = {name: setting.value for name, setting in survey.settings.items()}
        Config(**values)


class TomlFiles(_Sources):
    name = "configuration files"

    def make(self, choices: Random) -> bytes:
        if choices.random() < 0.3:
            key = choices.choice([*KEYS])
            return f"{key} = {choices.choice(_VALUES)}\n".encode(errors="surrogatepass")
        start = choices.randrange(len(FILE) - 60)
        part = FILE if choices.random() < 0.05 else FILE[start : start + 60]
        text = mutate(choices, (part, part, FILE[:90]), _WORDS, longest=60_000)
        data = text.encode(errors="surrogatepass")
        return data if choices.random() < 0.95 else mutate(choices, [data], (b"\xff", b"\0", b"\xed\xa0\x80"))

    def check(self, item: bytes) -> None:
        survey = Survey()
        read_toml(survey, item, "config.toml", Source.FILE)
        self.judge(survey)


class Variables(_Sources):
    name = "environment and flags"

    def make(self, choices: Random) -> tuple[dict[str, str], dict[str, object]]:
        environ: dict[str, str] = {}
        for _ in range(choices.randrange(1, 4)):
            name = (
                choices.choice([*KEYS]).upper()
                if choices.random() < 0.9
                else choices.choice(("API_KEY", "é", "", CANARY))
            )
            environ[f"KIOSK_{name}"] = self._value(choices)
        flags = {choices.choice([*KEYS]): self._flag(choices) for _ in range(choices.randrange(3))}
        return environ, flags

    def _value(self, choices: Random) -> str:
        return choices.choice(_VALUES) if choices.random() < 0.5 else mutate(choices, _SAMPLES, _WORDS, longest=6000)

    def _flag(self, choices: Random) -> object:
        kind = choices.randrange(6)
        odd = (None, True, 10**5000, -1, float("nan"), float("inf"), [CANARY], [1], {}, b"x", 1.5)
        return choices.choice(odd) if kind < 3 else self._value(choices)

    def check(self, item: tuple[dict[str, str], dict[str, object]]) -> None:
        survey = Survey()
        read_environment(survey, item[0])
        read_flags(survey, item[1])
        self.judge(survey)


_SAMPLES = (
    "https://api.example/gateway",
    "en",
    "scanner,keypad",
    "#0b1b33",
    "12",
    "2.5",
    "true",
    "[A-Z]{2}[0-9]{6}",
    "https://*.a.example https://b.example:1",
    "http://proxy.example:3128",
    "missions rewards",
    "/etc/hosts",
)

TARGETS = (TomlFiles, Variables)
