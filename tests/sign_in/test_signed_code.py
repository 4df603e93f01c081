"""What a terminal makes of a signed code: an honest one, and everything that somebody could try."""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.core.deeplink import DeepLink, Feature
from kiosk.core.sign_in import SignIn, SignInRefused
from kiosk.core.user_id import UserId
from kiosk.errors import ConfigError, StoreError
from kiosk.sign_in.signed_code import LEEWAY, LONGEST, SignedCodes, load_public_key
from kiosk.store.state import UsedCodes
from tests.codes import CLAIMS, NOW, App, encode

if TYPE_CHECKING:
    from pathlib import Path

ITEM = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"
ANNA = SignIn(UserId.parse("visitor-42"), DeepLink())


@dataclass
class Terminal:
    """A terminal that has the public key of `app`."""

    app: App
    folder: Path
    audience: str = ""
    now: float = NOW

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start, or start again."""
        used = UsedCodes(self.folder / "state.db", life=300, clock=lambda: self.now)
        self.codes = SignedCodes(
            self.app.write_key(self.folder), audience=self.audience, life=300, used=used, clock=lambda: self.now
        )

    def refusal(self, text: str) -> SignInRefused:
        """Return how a scanned text is refused."""
        with pytest.raises(SignInRefused) as refused:
            self.codes.read(text)
        return refused.value


@pytest.fixture(params=[False, True], ids=["Ed25519", "P-256"])
def terminal(request, tmp_path: Path) -> Terminal:
    return Terminal(App(p256=request.param), tmp_path)


@pytest.fixture
def ed25519(tmp_path: Path) -> Terminal:
    return Terminal(App(), tmp_path)


# ── honest codes ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_says_who_the_visitor_is(terminal: Terminal):
    assert terminal.codes.read(terminal.app.code()) == ANNA


def test_a_code_of_a_library_is_one(terminal: Terminal):
    code = jwt.encode(CLAIMS, terminal.app.key, algorithm=terminal.app.algorithm, headers={"kid": "2027"})

    assert terminal.codes.read(code) == ANNA


def test_a_code_says_where_the_visit_opens(ed25519: Terminal):
    code = ed25519.app.code(feature="rewards", item=ITEM)

    assert ed25519.codes.read(code).link == DeepLink(Feature.REWARDS, UUID(ITEM))


def test_a_code_may_say_since_when_it_is_good(ed25519: Terminal):
    assert ed25519.codes.read(ed25519.app.code(iat=NOW - 10, nbf=NOW)) == ANNA


@pytest.mark.parametrize("audience", ["lobby", ["other", "lobby"]])
def test_a_code_for_this_terminal_is_accepted(tmp_path: Path, audience):
    terminal = Terminal(App(), tmp_path, audience="lobby")

    assert terminal.codes.read(terminal.app.code(aud=audience)) == ANNA


@pytest.mark.parametrize(
    "changed", [{"exp": NOW + 300}, {"exp": NOW + 300 + LEEWAY}, {"exp": NOW - LEEWAY + 1}, {"nbf": NOW + LEEWAY}]
)
def test_clocks_may_differ_a_little(ed25519: Terminal, changed):
    assert ed25519.codes.read(ed25519.app.code(**changed)) == ANNA


def test_a_check_uses_no_code_up(ed25519: Terminal):
    code = ed25519.app.code()
    for _ in range(2):
        assert not ed25519.codes.is_used(ed25519.codes.check(code))
    assert ed25519.codes.read(code) == ANNA
    assert ed25519.codes.is_used(ed25519.codes.check(code))


# ── once ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_is_accepted_once_over_restarts(terminal: Terminal):
    code = terminal.app.code()
    terminal.codes.read(code)

    assert terminal.refusal(code).reason == "used"
    terminal.start()
    assert terminal.refusal(code).reason == "used"


def test_the_id_of_a_code_counts_and_not_its_text(terminal: Terminal):
    terminal.codes.read(terminal.app.code())

    assert terminal.refusal(terminal.app.code(exp=NOW + 200)).reason == "used"
    assert terminal.codes.read(terminal.app.code(jti="code-2")) == ANNA


def test_the_other_signature_of_the_same_curve_point_is_the_same_code(tmp_path: Path):
    terminal = Terminal(App(p256=True), tmp_path)
    code = terminal.app.code()
    signed, _, signature = code.rpartition(".")
    raw = jwt.utils.base64url_decode(signature)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256: SEC 2, 2.4.2
    other = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    terminal.codes.read(code)

    assert terminal.refusal(f"{signed}.{encode(other)}").reason == "used"


def test_a_code_that_was_refused_is_not_used_up(ed25519: Terminal):
    code = ed25519.app.code(nbf=NOW + 60)
    assert ed25519.refusal(code).reason == "wrong"
    ed25519.now += 60

    assert ed25519.codes.read(code) == ANNA


def test_a_code_that_cannot_be_written_down_is_not_accepted(ed25519: Terminal):
    (ed25519.folder / "state.db").mkdir()

    with pytest.raises(StoreError):
        ed25519.codes.read(ed25519.app.code())


# ── times ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ago", [LEEWAY, 60, 1e6, NOW])
def test_an_old_code_has_expired(ed25519: Terminal, ago: float):
    assert ed25519.refusal(ed25519.app.code(exp=NOW - ago)).reason == "expired"


@pytest.mark.parametrize("ahead", [301 + LEEWAY, 86_400, 1e10])
def test_a_code_that_lives_too_long_is_refused(ed25519: Terminal, ahead: float):
    refusal = ed25519.refusal(ed25519.app.code(exp=NOW + ahead))

    assert (refusal.reason, "code_life" in refusal.detail) == ("wrong", True)


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_a_code_of_later_is_refused(ed25519: Terminal, name: str):
    refusal = ed25519.refusal(ed25519.app.code(**{name: NOW + 60}))

    assert (refusal.reason, f"`{name}`" in refusal.detail) == ("wrong", True)


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize(
    "value", ['"1800000100"', "true", "[1800000100]", "{}", "-1", "1e400", "1e300", "9" * 400, "NaN", "-Infinity"]
)
def test_what_is_no_time_is_refused(ed25519: Terminal, name: str, value: str):
    claims = json.dumps({**CLAIMS, name: "here"}).replace('"here"', value)

    assert ed25519.refusal(ed25519.app.sign('{"alg":"EdDSA"}', claims)).reason == "wrong"


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
def test_a_time_that_is_null_is_refused(ed25519: Terminal, name: str):
    assert ed25519.refusal(ed25519.app.sign('{"alg":"EdDSA"}', json.dumps({**CLAIMS, name: None}))).reason == "wrong"


# ── claims ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["sub", "exp", "jti"])
def test_what_must_be_there_is_named_when_it_is_not(ed25519: Terminal, name: str):
    refusal = ed25519.refusal(ed25519.app.code(**{name: None}))

    assert (refusal.reason, f"`{name}`" in refusal.detail) == ("wrong", True)


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": ""},
        {"sub": 42},
        {"sub": ["visitor-42"]},
        {"sub": "a\nb"},
        {"sub": "a\x00b"},
        {"sub": "\x7f"},
        {"sub": "\ud800"},
        {"sub": "x" * 257},
        {"jti": ""},
        {"jti": 1},
        {"jti": "x" * 129},
        {"jti": "a\tb"},
        {"jti": "\ud800"},
        {"feature": "shop"},
        {"feature": 1},
        {"feature": "rewards", "item": "7"},
        {"feature": "rewards", "item": 7},
        {"feature": "leaderboard", "item": ITEM},
        {"item": ITEM},
        {"aud": "lobby"},
        {"aud": []},
    ],
)
def test_a_signed_code_with_wrong_claims_is_refused(ed25519: Terminal, changed):
    assert ed25519.refusal(ed25519.app.code(**changed)).reason == "wrong"


@pytest.mark.parametrize("audience", [None, "", "LOBBY", "lobby ", ["other"], [], [["lobby"]], {"lobby": 1}, 7])
def test_a_code_for_another_terminal_is_refused(tmp_path: Path, audience):
    terminal = Terminal(App(), tmp_path, audience="lobby")

    assert terminal.refusal(terminal.app.code(aud=audience)).reason == "wrong"


@pytest.mark.parametrize(
    "claims",
    [
        '{"sub":"anna","sub":"visitor-42","exp":1800000100,"jti":"1"}',
        '{"sub":"anna","exp":1,"exp":1800000100,"jti":"1"}',
        '{"sub":"anna","exp":1800000100,"jti":"1","x":{"y":1,"y":2}}',
        "[]",
        "null",
        '"text"',
        "",
        "{",
        '{"sub":"anna","exp":1800000100,"jti":"1"} {}',
        "[" * 900,
    ],
)
def test_content_that_could_be_read_in_two_ways_or_none_is_refused(ed25519: Terminal, claims: str):
    assert ed25519.refusal(ed25519.app.sign('{"alg":"EdDSA"}', claims)).reason == "wrong"


# ── signatures ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_of_another_key_is_refused(terminal: Terminal):
    other = App(p256=terminal.app.algorithm == "ES256")

    assert terminal.refusal(other.code()).reason == "wrong"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
@pytest.mark.parametrize("signature", ["", "x", encode(b"\0" * 64)])
def test_a_code_that_nobody_signed_is_refused(terminal: Terminal, algorithm: str, signature: str):
    signed = f"{encode(json.dumps({'alg': algorithm}).encode())}.{encode(json.dumps(CLAIMS).encode())}"

    assert terminal.refusal(f"{signed}.{signature}").reason == "wrong"


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_the_public_key_is_no_password(terminal: Terminal, algorithm: str):
    signed = f"{encode(json.dumps({'alg': algorithm}).encode())}.{encode(json.dumps(CLAIMS).encode())}"
    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[algorithm]
    for secret in (terminal.app.public_pem, terminal.app.public_pem.strip()):
        signature = hmac.new(secret, signed.encode(), digest).digest()
        assert terminal.refusal(f"{signed}.{encode(signature)}").reason == "wrong"


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_a_code_of_an_rsa_key_is_refused(terminal: Terminal, algorithm: str):
    key = rsa.generate_private_key(65537, 2048)

    assert terminal.refusal(jwt.encode(CLAIMS, key, algorithm=algorithm)).reason == "wrong"


@pytest.mark.parametrize(
    "algorithm", ["ES256", "EdDSA", "ES256K", "ES384", "Ed25519", "eddsa", "es256", None, 1, ["EdDSA"]]
)
def test_the_key_says_the_algorithm_and_not_the_code(terminal: Terminal, algorithm):
    if algorithm != terminal.app.algorithm:
        assert terminal.refusal(terminal.app.code(header={"alg": algorithm})).reason == "wrong"


def test_a_key_in_the_header_is_not_asked(terminal: Terminal):
    attacker = App()
    own = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(attacker.key.public_key()))
    header = json.dumps({"alg": "EdDSA", "jwk": own, "kid": "../../etc/passwd", "jku": "https://evil.example/"})

    assert terminal.refusal(attacker.sign(header, json.dumps(CLAIMS))).reason == "wrong"


def test_headers_that_would_name_a_key_change_nothing(terminal: Terminal):
    code = terminal.app.code(header={"kid": "x", "jku": "https://evil.example/", "x5u": "https://evil.example/"})

    assert terminal.codes.read(code) == ANNA


@pytest.mark.parametrize("header", [{"crit": ["exp"]}, {"crit": []}, {"b64": False, "crit": ["b64"]}, {"b64": True}])
def test_a_header_that_wants_a_rule_of_its_own_is_refused(terminal: Terminal, header):
    assert terminal.refusal(terminal.app.code(header=header)).reason == "wrong"


@pytest.mark.parametrize(
    "header", ['{"alg":"none","alg":"EdDSA"}', '{"alg":"EdDSA","alg":"EdDSA"}', "[]", "EdDSA", "", "[" * 300]
)
def test_a_header_that_could_be_read_in_two_ways_or_none_is_refused(ed25519: Terminal, header: str):
    assert ed25519.refusal(ed25519.app.sign(header, json.dumps(CLAIMS))).reason == "wrong"


def test_claims_of_one_code_do_not_go_with_the_signature_of_another(terminal: Terminal):
    header, _, signature = terminal.app.code().split(".")
    claims = terminal.app.code(sub="somebody-else").split(".")[1]

    assert terminal.refusal(f"{header}.{claims}.{signature}").reason == "wrong"


# ── texts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "mangle",
    [
        lambda code: f"{code}x",
        lambda code: f"{code}.x",
        lambda code: f"{code}==",
        lambda code: f"{code} ",
        lambda code: f" {code}",
        lambda code: f"{code}\n",
        lambda code: f"{code}\0",
        lambda code: code[:-1],
        lambda code: code.replace(".", ".."),
        lambda code: code.replace(".", ","),
        lambda code: code.rsplit(".", 1)[0],
        lambda code: f"https://app.example/#{code}",
        lambda code: code[:0],
        lambda code: f"a{code[code.index(chr(46)) :]}",
        lambda code: f"{code}\N{ZERO WIDTH SPACE}",
    ],
)
def test_a_text_around_a_code_or_less_than_one_is_refused(ed25519: Terminal, mangle):
    assert ed25519.refusal(mangle(ed25519.app.code())).reason == "wrong"


@pytest.mark.parametrize(
    "mangle",
    [
        str.upper,
        str.lower,
        str.swapcase,
        lambda code: code.translate(str.maketrans("yzYZ-_", "zyZYß?")),
        lambda code: code.translate(str.maketrans("qwaQWA.", "azqAZQ:")),
    ],
    ids=["caps", "lower", "caps lock", "German", "French"],
)
def test_a_code_that_the_reader_typed_with_another_keyboard_is_refused_kindly(terminal: Terminal, mangle):
    refusal = terminal.refusal(mangle(terminal.app.code()))

    assert refusal.reason == "wrong"
    assert refusal.detail


@pytest.mark.parametrize("size", [LONGEST + 1, 100_000, 10_000_000])
def test_a_text_that_is_far_too_long_is_refused_at_once(ed25519: Terminal, size: int):
    begun = time.perf_counter()
    assert ed25519.refusal("a" * (size - 4) + ".b.c").reason == "wrong"
    assert time.perf_counter() - begun < 1


def test_a_header_that_is_far_too_long_is_refused(ed25519: Terminal):
    assert "header" in ed25519.refusal(ed25519.app.code(header={"kid": "x" * 400})).detail


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), character=st.characters())
def test_no_code_with_one_other_character_is_accepted(ed25519: Terminal, place: int, character: str):
    code = ed25519.app.code(jti="flipped")
    place %= len(code)
    if code[place] == character:
        return
    changed = code[:place] + character + code[place + 1 :]

    assert ed25519.refusal(changed).reason in {"wrong", "expired"}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_no_refusal_says_anything_of_the_text(ed25519: Terminal, text: str):
    for scanned in (
        f"canary{text}",
        ed25519.app.code(sub=f"canary{text}\n"),
        ed25519.app.code(feature=f"canary{text}"),
    ):
        refusal = ed25519.refusal(scanned)
        assert "canary" not in f"{refusal!r}{refusal}{refusal.detail}"
        assert refusal.__cause__ is None
        assert refusal.__suppress_context__


def test_a_code_does_not_show_in_a_repr(ed25519: Terminal):
    code = ed25519.codes.check(ed25519.app.code(sub="canary", jti="canary"))

    assert "canary" not in f"{code!r}{ed25519.codes!r}{code.sign_in}"


# ── the key file ────────────────────────────────────────────────────────────────────────────────────────────────────


def refusal_of_key(path: Path, data: bytes) -> ConfigError:
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=r"^code_public_key: ") as refused:
        load_public_key(path)
    return refused.value


def test_a_public_key_says_its_algorithm(terminal: Terminal):
    assert load_public_key(terminal.app.write_key(terminal.folder)).algorithm == terminal.app.algorithm


@pytest.mark.parametrize("p256", [False, True])
def test_a_private_key_is_refused_whatever_it_is_called_or_with(tmp_path: Path, p256):
    app = App(p256=p256)
    for data in (app.private_pem, app.public_pem + app.private_pem, b"-----BEGIN EC PRIVATE KEY-----\n"):
        error = refusal_of_key(tmp_path / "sign-in-public.pem", data)
        assert "private key, which must never be on a terminal" in error.message
        assert "new pair" in error.hint


OTHERS = {
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
    "Ed448": ed448.Ed448PrivateKey.generate,
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_a_key_of_another_kind_is_refused(tmp_path: Path, kind: str):
    public = OTHERS[kind]().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    assert "Ed25519 or ECDSA on P-256" in refusal_of_key(tmp_path / "key.pem", public).message


@pytest.mark.parametrize(
    "data", [b"", b"no key", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", b"\0" * 99]
)
def test_what_is_no_key_is_refused(tmp_path: Path, data: bytes):
    assert "no public key in PEM form" in refusal_of_key(tmp_path / "key.pem", data).message


def test_a_file_without_end_is_no_key(tmp_path: Path):
    assert "too long" in refusal_of_key(tmp_path / "key.pem", b"#" * 20_000).message


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_public_key(tmp_path / "none.pem")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has rights of another kind")
def test_a_key_that_everybody_may_replace_is_refused(ed25519: Terminal):
    path = ed25519.app.write_key(ed25519.folder)
    path.chmod(0o666)

    with pytest.raises(ConfigError, match="every account may write"):
        load_public_key(path)


def test_a_private_key_in_another_form_is_no_public_key(tmp_path: Path):
    der = App().key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    refusal_of_key(tmp_path / "key.pem", der)
