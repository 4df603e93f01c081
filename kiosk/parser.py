"""The command line: every command, its options, and the name of the function that does it.

Handlers are named as `module:function` and imported when they are called, so that `kiosk --version` pays for none of
them.
"""

from __future__ import annotations

from kiosk import __version__
from kiosk.arguments import Parser
from kiosk.config.schema import KEYS
from kiosk.options import (
    Commands,
    add_api_options,
    add_command,
    add_deep_link,
    add_group,
    add_key_options,
    add_user,
)

_QUEUE = "put it into the outbox, from where the running kiosk sends it, instead of sending it now"

SHELLS = ("bash", "zsh", "fish", "powershell")


def build_parser() -> Parser:
    """Return the parser of all commands. It sets `handler`, and `parser` to the one of the command."""
    parser = Parser(
        prog="kiosk",
        description="Shows a visitor's Enable3 widget full screen. Without a command: `kiosk run`.",
        example="kiosk run --user visitor-42 --feature rewards",
    )
    parser.add_argument("--version", action="version", version=f"kiosk {__version__}")
    parser.add_argument("-v", "--verbose", action="store_true", help="show the log on standard error too")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", parser_class=Parser)
    _add_run(commands)
    _add_end(commands)
    _add_status(commands)
    _add_setup(commands)
    _add_key(commands)
    _add_pin(commands)
    _add_config(commands)
    _add_doctor(commands)
    _add_code(commands)
    _add_api(commands)
    _add_outbox(commands)
    _add_sandbox(commands)
    _add_completion(commands)
    return parser


# ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _add_run(commands: Commands) -> None:
    about = "show the kiosk: the attract page, or the widget of a visitor; one that runs already takes the visitor"
    example = "kiosk run --user visitor-42 --feature rewards --item-id 0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"
    parser = add_command(commands, "run", "kiosk.commands.run:run", about, example, json=False)
    add_user(parser, required=False)
    add_deep_link(parser)
    add_key_options(parser, "language", "engine", "windowed", "screen")
    add_api_options(parser)


def _add_end(commands: Commands) -> None:
    about = "end the visit on the kiosk that runs under this account"
    add_command(commands, "end", "kiosk.commands.control:end", about, "kiosk end")


def _add_status(commands: Commands) -> None:
    about = "say how the kiosk is that runs under this account: state, since when, version, engine"
    add_command(commands, "status", "kiosk.commands.control:status", about, "kiosk status --json")


def _add_setup(commands: Commands) -> None:
    about = "ask for the API key and the operator's PIN, try the key, and store them and the configuration"
    example = "kiosk setup --answers answers.toml --api-key-file key --pin-file pin --json"
    parser = add_command(commands, "setup", "kiosk.commands.setup:setup", about, example)
    parser.add_argument("--yes", action="store_true", help="take the default wherever there is one, and do not ask")
    about = "ask nothing: take configuration keys from FILE (TOML), and change only what differs"
    parser.add_argument("--answers", metavar="FILE", help=about)
    about = "read the operator's PIN from FILE, or from standard input if it is -"
    parser.add_argument("--pin-file", metavar="FILE|-", help=about)
    about = "with --answers: store no API key, for the kiosk's systemd unit has it as a credential"
    parser.add_argument("--without-key", action="store_true", help=about)
    add_api_options(parser)


def _add_key(commands: Commands) -> None:
    group = add_group(commands, "key", "set, test or delete the API key in the keyring", "kiosk key test")
    about = "try an API key, asked for without echo or read from standard input, and keep it"
    parser = add_command(group, "set", "kiosk.commands.key:set_key", about, "kiosk key set < key.txt")
    parser.add_argument("--yes", action="store_true", help="keep it too if the API cannot be asked at the moment")
    add_api_options(parser)
    about = "try the API key against the API"
    add_api_options(add_command(group, "test", "kiosk.commands.key:test_key", about, "kiosk key test --json"))
    about = "forget the API key"
    delete = add_command(group, "delete", "kiosk.commands.key:delete_key", about, "kiosk key delete")
    add_key_options(delete, "base_url")


def _add_pin(commands: Commands) -> None:
    group = add_group(commands, "pin", "set, test or clear the PIN of the operator panel", "kiosk pin test")
    about = "ask for a PIN twice without echo, or read it from standard input, and keep its hash"
    add_command(group, "set", "kiosk.commands.pin:set_pin", about, "kiosk pin set")
    about = "try a PIN as the terminal does; a wrong one counts"
    add_command(group, "test", "kiosk.commands.pin:test_pin", about, "kiosk pin test --json")
    about = "forget the PIN: then nobody can open the operator panel"
    add_command(group, "clear", "kiosk.commands.pin:clear_pin", about, "kiosk pin clear")


def _add_config(commands: Commands) -> None:
    group = add_group(commands, "config", "show or check the configuration", "kiosk config show")
    about = "show every key, its value, and where that comes from"
    show = add_command(group, "show", "kiosk.commands.config:show", about, "kiosk config show --json")
    about = "list everything that is wrong with the configuration"
    check = add_command(group, "check", "kiosk.commands.config:check", about, "kiosk config check")
    for parser in (show, check):
        add_key_options(parser, *(key.name for key in KEYS.values() if key.flag))
    about = "show which files are read and written"
    add_command(group, "path", "kiosk.commands.config:path", about, "kiosk config path")


def _add_doctor(commands: Commands) -> None:
    about = "check the engine, keyring, configuration, API, clock, screen and machine, and say what to do"
    parser = add_command(commands, "doctor", "kiosk.commands.doctor:doctor", about, "kiosk doctor --json")
    add_api_options(parser)
    add_key_options(parser, "engine")


def _add_code(commands: Commands) -> None:
    example = "kiosk code check < code.txt"
    group = add_group(commands, "code", "check a signed code, with which a visitor signs in", example)
    about = "say whether this terminal would accept the code on standard input, and why not; it is not used up"
    add_command(group, "check", "kiosk.commands.codes:check", about, f"{example} --json")


def _add_outbox(commands: Commands) -> None:
    group = add_group(commands, "outbox", "see to the events that wait to be sent", "kiosk outbox list --dead")
    about = "show the events that wait, and the dead letters: those that cannot be sent, and why"
    parser = add_command(group, "list", "kiosk.commands.outbox:list_items", about, "kiosk outbox list --dead")
    parser.add_argument("--dead", action="store_true", help="show the dead letters alone")
    about = "let dead letters be sent again"
    parser = add_command(group, "retry", "kiosk.commands.outbox:retry", about, "kiosk outbox retry --all")
    parser.add_argument("ids", nargs="*", metavar="ID", help="the id of an event")
    parser.add_argument("--all", action="store_true", help="all dead letters")
    about = "forget events for ever"
    parser = add_command(group, "drop", "kiosk.commands.outbox:drop", about, "kiosk outbox drop --all-dead")
    parser.add_argument("ids", nargs="*", metavar="ID", help="the id of an event")
    parser.add_argument("--all-dead", action="store_true", help="all dead letters")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    about = "send what waits now, without a running kiosk"
    add_api_options(add_command(group, "send", "kiosk.commands.outbox:send", about, "kiosk outbox send"))


def _add_sandbox(commands: Commands) -> None:
    about = "serve an Enable3 to try everything against, on this machine alone, until Ctrl-C"
    example = "kiosk sandbox --latency-ms 80 --fail 503:0.3"
    parser = add_command(commands, "sandbox", "kiosk.commands.sandbox:sandbox", about, example)
    parser.add_arguments_by("kiosk.commands.sandbox_arguments:add_arguments")


def _add_completion(commands: Commands) -> None:
    about = "print what makes a shell complete this program's commands and options"
    example = 'eval "$(kiosk completion bash)"'
    parser = add_command(commands, "completion", "kiosk.commands.completion:completion", about, example, json=False)
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))


# ── the API, operation by operation ─────────────────────────────────────────────────────────────────────────────────


def _add_api(commands: Commands) -> None:
    group = add_group(commands, "api", "call one operation of the API", "kiosk api balance --user visitor-42")
    about = "print the widget URL of a visitor, which is a credential for a day; creates the visitor"
    parser = _add_operation(group, "widget-url", "widget_url", about, "--user visitor-42 --feature rewards", user=True)
    add_deep_link(parser)
    add_key_options(parser, "language")
    about = "print a JWT of a visitor, which is a credential until it ends"
    _add_operation(group, "token", "token", about, "--user visitor-42", user=True)
    _add_operation(group, "balance", "balance", "print the balance of a visitor", "--user visitor-42 --json", user=True)
    _add_event(group)
    _add_revenue(group)
    segment = add_group(
        group, "segment", "add users to segments, or remove them", "kiosk api segment add --file u.json"
    )
    for name, verb in (("add", "add users to segments"), ("remove", "remove users from segments")):
        parser = _add_operation(segment, name, f"segment_{name}", verb, "--file users.json")
        about = "a JSON array of objects, as the API has them; - is standard input"
        parser.add_argument("--file", required=True, metavar="FILE|-", help=about)
    websites = add_group(
        group, "websites", "sites that may embed the widget", "kiosk api websites add https://a.example"
    )
    about = "allow sites to embed the widget"
    parser = _add_operation(websites, "add", "websites_add", about, "https://shop.example https://blog.example")
    parser.add_argument("websites", nargs="+", metavar="SITE", help="the address of a site")


def _add_operation(
    group: Commands, name: str, function: str, about: str, example: str, *, user: bool = False
) -> Parser:
    parser = add_command(group, name, f"kiosk.commands.api:{function}", about, "")
    parser.epilog = f"example:\n  {parser.prog} {example}"
    if user:
        add_user(parser, required=True)
    add_api_options(parser)
    return parser


def _add_event(group: Commands) -> None:
    about = "send an event of a visitor, for missions that count it"
    parser = _add_operation(group, "event", "event", about, "--user visitor-42 --event-id coffee --value 1", user=True)
    parser.add_argument("--event-id", required=True, metavar="ID", help="which event it is, as the mission has it")
    parser.add_argument("--value", required=True, metavar="NUMBER", help="how much of it")
    parser.add_argument("--tag", action="append", default=[], metavar="TAG", help="a tag of the event (repeatable)")
    about = "the event's own id, which makes it count once however often it is sent; made and printed when not given"
    parser.add_argument("--id", metavar="ID", help=about)
    about = "when it happened: ISO 8601, UTC unless it says otherwise; now when not given"
    parser.add_argument("--created-at", metavar="TIME", help=about)
    parser.add_argument("--queue", action="store_true", help=_QUEUE)


def _add_revenue(group: Commands) -> None:
    parser = _add_operation(group, "revenue", "revenue", "send revenue, for hold to earn", "--amount 12.50")
    parser.add_argument("--amount", required=True, metavar="NUMBER", help="how much, in USDT")
    about = "its own id, which makes it count once however often it is sent; made and printed when not given"
    parser.add_argument("--request-id", metavar="ID", help=about)
    about = "when it was: ISO 8601, UTC unless it says otherwise; now when not given"
    parser.add_argument("--date", metavar="TIME", help=about)
    parser.add_argument("--queue", action="store_true", help=_QUEUE)
