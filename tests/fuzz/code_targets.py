"""Signed codes: honest ones of the operator's app, changed in every way that somebody without the key can."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self, cast

from kiosk.core.sign_in import SignInRefused
from kiosk.sign_in.signed_code import LEEWAY, SignedCodes
from tests.codes import CLAIMS, NOW, App, encode
from tests.fuzz.mutations import JSON_WORDS, mutate
from tests.fuzz.target import CANARY, Target, quotes_nothing

if TYPE_CHECKING:
    from random import Random

    from kiosk.store.state import UsedCodes

LIFE = 300.0
HEADERS = (
    '{"alg":"none"}', '{"alg":"None"}', '{"alg":"HS256"}', '{"alg":"HS512"}', '{"alg":"ES256"}', '{"alg":"EdDSA"}',
    '{"alg":"RS256"}', '{"alg":["EdDSA"]}', '{"alg":"EdDSA","alg":"none"}', '{"alg":"none","alg":"EdDSA"}',
    '{"alg":"EdDSA","crit":["exp"]}', '{"alg":"EdDSA","b64":false}', '{"alg":"EdDSA","kid":"../../dev/null"}',
    '{"alg":"EdDSA","jku":"https://evil.example/jwks"}', '{"alg":"EdDSA","x5u":"https://evil.example"}',
    '{"alg":"EdDSA","jwk":{"kty":"OKP","crv":"Ed25519","x":"AAAA"}}', '{"alg":"EdDSA","typ":"JWT","cty":"JWT"}',
    '{"alg":"ES256","zip":"DEF"}', '{"alg":null}', "[]", "1", '"EdDSA"', "{}", '{"alg":"eddsa"}', '{"ALG":"EdDSA"}',
)  # fmt: skip
TIMES = (
    NOW,
    NOW + 120,
    NOW - LEEWAY,
    NOW + LIFE + LEEWAY,
    NOW + 1e9,
    -1,
    0,
    1e308,
    True,
    None,
    str(NOW),
    [NOW],
    NOW + 0.5,
)
_TEXT = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_WORDS = (*_TEXT, "..", ".", "=", "", "AAAA", "A" * 86, "é", "\0", " ", "A" * 900)


class SignedCodeTexts(Target):
    """Whatever is accepted was signed by the app, to the letter, and is in time."""

    name = "signed codes"
    promise = "no code is accepted that the app did not sign; no claim is believed that it did not write"

    def __enter__(self) -> Self:
        self._folder = TemporaryDirectory()
        self._apps = [App(), App(p256=True)]
        self._stranger = App()
        self._now = NOW
        # `check` looks at no used codes.
        self._codes = [self._terminal(app, number) for number, app in enumerate(self._apps)]
        self._honest = [self._sign(app) for app in self._apps]
        self._signed = {code.rpartition(".")[0] for codes in self._honest for code in codes}
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def _terminal(self, app: App, number: int) -> SignedCodes:
        folder = Path(self._folder.name, str(number))
        folder.mkdir()
        file = app.write_key(folder)
        return SignedCodes(file, audience="", life=LIFE, used=cast("UsedCodes", None), clock=lambda: self._now)

    @staticmethod
    def _sign(app: App) -> list[str]:
        """Return codes of the app: honest ones, and signed ones that a terminal must refuse all the same."""
        codes = [app.code(jti=f"code-{number}", sub=f"visitor-{number}") for number in range(20)]
        codes += [app.code(exp=moment) for moment in TIMES] + [app.code(nbf=moment) for moment in TIMES]
        codes += [app.code(iat=moment) for moment in TIMES]
        codes += [
            app.code(**{name: value}) for name in CLAIMS for value in ("", 1, [], {}, "x" * 300, CANARY, "\0", "é")
        ]
        codes += [app.code(header={name: 1}) for name in ("crit", "b64", "kid", "jku", "jwk", "x5u", "typ", "zip")]
        codes += [app.code(feature="rewards"), app.code(feature=CANARY), app.code(item="x"), app.code(aud="other")]
        return codes

    def make(self, choices: Random) -> tuple[int, str, float]:
        which = choices.randrange(2)
        moment = choices.choice((NOW, NOW, NOW, NOW + 119, NOW + 126, NOW - 9, NOW + 1e7))
        kind = choices.random()
        code = choices.choice(self._honest[which])
        if kind < 0.1:
            return which, code, moment
        if kind < 0.5:
            return which, mutate(choices, (code, code, choices.choice(self._honest[1 - which])), _WORDS), moment
        header, claims, signature = code.split(".")
        if kind < 0.75:
            header = encode(choices.choice(HEADERS).encode()) if choices.random() < 0.7 else header
            claims = self._claims(choices, claims)
            return which, f"{header}.{claims}.{self._forge(choices, which, header, claims, signature)}", moment
        other = choices.choice(self._honest[choices.randrange(2)]).split(".")
        parts = [choices.choice(pair) for pair in zip((header, claims, signature), other, strict=True)]
        return which, ".".join(parts), moment

    @staticmethod
    def _claims(choices: Random, claims: str) -> str:
        text = urlsafe_b64decode(claims + "=" * (-len(claims) % 4)).decode()
        if choices.random() < 0.3:
            changed = {**json.loads(text), "sub": "admin", "exp": choices.choice(TIMES)}
            return encode(json.dumps(changed).encode())
        return encode(mutate(choices, [text], (*JSON_WORDS, '"sub":"admin",'), longest=900).encode(errors="replace"))

    def _forge(self, choices: Random, which: int, header: str, claims: str, signature: str) -> str:
        signed = f"{header}.{claims}".encode()
        kind = choices.randrange(5)
        if kind == 0:
            return ""
        if kind == 1:  # the public key as if it were a shared secret
            return encode(hmac.digest(self._apps[which].public_pem, signed, hashlib.sha256))
        if kind == 2:
            return encode(self._stranger._signature(signed))
        if kind == 3:
            return encode(choices.choice((b"\0" * 64, b"\xff" * 64, b"\0" * 63 + b"\1", b"\1" + b"\0" * 63)))
        return signature

    def check(self, item: tuple[int, str, float]) -> None:
        which, text, self._now = item
        try:
            code = self._codes[which].check(text)
        except SignInRefused as error:
            quotes_nothing(error)
            return
        assert text.rpartition(".")[0] in self._signed, "a code is accepted that nobody signed"
        claims: dict[str, Any] = json.loads(urlsafe_b64decode(text.split(".")[1] + "=="))
        assert code.sign_in.user.reveal() == claims["sub"]
        assert code.jti == claims["jti"]
        assert self._now - LEEWAY < code.expires_at == claims["exp"] <= self._now + LIFE + LEEWAY
        assert "aud" not in claims


TARGETS = (SignedCodeTexts,)
