"""What may leave the terminal on a visitor's phone. A wrong yes here makes somebody else that visitor."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from urllib.parse import quote, unquote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.core.links import LONGEST, readable, secrets_in, shareable

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ2aXNpdG9yIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
UUID = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"
P = "https://partner.example"


def share(url: str, *secrets: str) -> str | None:
    return shareable(url, secrets=secrets)


@pytest.mark.parametrize(
    "url",
    [
        "https://partner.example",
        "https://partner.example/",
        "http://partner.example/",
        "https://partner.example:8443/",
        "https://1.1.1.1/",
        "https://[2606:4700::1111]/",
        "https://xn--bcher-kva.example/",
        "https://partner.example/summer-sale-2026-new-arrivals",
        "https://partner.example/Summer-Sale-2026/Item15/IPHONE15",
        f"https://partner.example/offers/{UUID}",
        "https://partner.example/login/help",
        "https://partner.example/?q=loyalty&page=2&utm_source=kiosk",
        "https://partner.example/a%20b?author=%C3%BCml",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://partner.example/?flag",
        "https://partner.example/100%25",
    ],
)
def test_a_harmless_address_stays_as_it_is(url):
    assert share(url, "", "another-secret", "1001") == url


@pytest.mark.parametrize(
    ("url", "shared"),
    [
        ("https://user:secret@partner.example/a", P + "/a"),
        ("HTTPS://Partner.Example:443/a", P + "/a"),
        ("http://partner.example:80/", "http://partner.example/"),
        (P + "/a#token=1", P + "/a"),
        (P + "/a?#x", P + "/a"),
        (P + "/a;jsessionid=1234/b;v=1?q=1", P + "/a/b?q=1"),
        (P + "?&a=1&&", P + "?a=1"),
    ],
)
def test_what_is_not_needed_is_left_out(url, shared):
    assert share(url) == shared


NAMES = ["token", "access_token", "id-token", "X-Amz-Signature", "jwt", "key", "apiKey", "apikey", "API_KEY", "sid"]
NAMES += ["session", "PHPSESSID", "sessionId", "auth", "oauth_verifier", "sig", "code", "authCode", "hash", "state"]
NAMES += ["userId", "user", "email", "to%6ben", "to%256ben", "t[token]", "ticket", "nonce", "otp", "SAMLResponse"]


@pytest.mark.parametrize("name", NAMES)
def test_a_parameter_that_says_what_it_is_is_left_out(name):
    assert share(f"{P}/?a=1&{name}=2&b=3") == P + "/?a=1&b=3"


VALUES = [
    JWT,
    JWT.partition(".")[2],
    UUID,
    "d41d8cd98f00b204e9800998ecf8427e",
    "kF93jdUw81LmQp0Zx7",
    "qwmxkzjvbnasdfkjhqwertzb",
    "4111111111111111",
    "x:" + JWT,
    quote(JWT, safe="").replace("e", "%65"),
    "%2525252541",
]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_that_looks_like_a_token_is_left_out(value):
    assert share(f"{P}/a?b=1&x={value}") == P + "/a?b=1"


@pytest.mark.parametrize("name", [JWT, UUID, "=1", "canary-1"])
def test_a_name_may_hide_one_too(name):
    assert share(f"{P}/a?b=1&{name}", "canary-1") == P + "/a?b=1"


@pytest.mark.parametrize(
    "path",
    [
        f"/{JWT}",
        f"/go/{JWT}/x",
        "/d41d8cd98f00b204e9800998ecf8427e",
        "/session/12ab/x",
        "/a%2525252541/",
        f"/a/{4111111111111111}",
    ],
)
def test_a_path_with_a_token_is_left_out(path):
    assert share(P + path + "?a=1") == P + "/"


ENCODINGS = [str, lambda text: quote(text, safe=""), lambda text: "".join(f"%{ord(letter):02x}" for letter in text)]
ENCODINGS += [lambda text: quote(ENCODINGS[2](text)), str.upper]


@pytest.mark.parametrize("encode", ENCODINGS)
@pytest.mark.parametrize("secret", ["open-sesame", "a.b~c-d_e", "1001"])
def test_no_known_secret_is_in_any_part(encode, secret):
    said = encode(secret)

    assert share(f"{P}/x?a={said}&b=1", secret) == P + "/x?b=1"
    assert share(f"{P}/x?a=-{said}.&b=1", secret) == P + "/x?b=1"
    assert share(f"{P}/x/{said}/y?b=1", secret) == P + "/"


@pytest.mark.parametrize("secret", ["open-sesame", "1001"])
def test_a_host_with_a_secret_goes_nowhere(secret):
    assert share(f"https://{secret}.partner.example/", secret) is None


def test_a_short_secret_is_not_met_by_chance():
    assert share(P + "/news/21001-a?page=10012", "1001") == P + "/news/21001-a?page=10012"


def test_a_long_address_loses_its_query_then_its_path():
    long = "ab-" * 100

    assert share(f"{P}/a?b={long}") == P + "/a"
    assert share(f"{P}/{long}?b=1") == P + "/"
    assert len(P + "/" + "ab-" * 92) <= LONGEST
    assert share(P + "/" + "ab-" * 92) == P + "/" + "ab-" * 92


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/path",
        "ftp://partner.example/",
        "mailto:a@partner.example",
        "javascript:alert(1)",
        "https://",
        "https://partner.example:99999/",
        "https://partner.example/\n",
        "https://partner example/",
        "https://bücher.example/",
        "https://[::1/",
        "https://localhost/",
        "https://kiosk/",
        "https://printer.local/",
        "https://wiki.corp/",
        "https://router.home.arpa/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://192.168.0.1:8080/",
        "https://169.254.169.254/latest/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://partner.example./",
        "https://a..example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 130 + "example/",
    ],
)
def test_other_addresses_go_nowhere(url):
    assert share(url) is None


@given(st.text())
@example("https://partner.example/?a=%FF")
def test_any_text_is_shared_safely_or_not_at_all(text):
    for url in (text, P + "/" + text, P + "/?" + text):
        shared = share(url, "canary-of-a-visit")
        assert shared is None or (len(shared) <= LONGEST and share(shared, "canary-of-a-visit") == shared)


def some_address():
    part = st.text("ab%2D-_./", max_size=8)
    return st.builds("{}{}/{}?{}=CANARY&{}=x{}CANARY{}".format, st.just(P), part, part, part, part, part, part)


@given(some_address(), st.binary(min_size=16, max_size=40), st.integers(0, 3))
def test_a_token_never_comes_through(address, random, times):
    token = urlsafe_b64encode(random).decode().rstrip("=")
    said = token
    for _ in range(times):
        said = "".join(f"%{ord(letter):02X}" for letter in said) if len(said) < 400 else quote(said, safe="")
    shared = share(address.replace("CANARY", said), token) or ""
    for _ in range(6):
        assert token.lower() not in shared.lower()
        shared = unquote_plus(shared)


def test_what_a_visit_was_given_is_secret():
    url = f"https://widget.example/v/{UUID}?token=short-one&lang=en&t={JWT}&feature=missions#session=12&x=1"
    found = secrets_in(url, {"token": JWT, "userId": "visitor-1", "language": "en", "itemId": None})

    assert found >= {"short-one", JWT, UUID, "12", "visitor-1", JWT.rpartition(".")[2]}
    assert found.isdisjoint({"en", "missions", "1", ""})
    assert secrets_in("https://widget.example/") == frozenset()
    assert share(f"{P}/?a={JWT.rpartition('.')[2]}&b=1", *found) == P + "/?b=1"


def test_an_address_is_short_on_the_screen():
    assert readable(P + "/") == "partner.example"
    assert readable(P + "/offers/1?utm=2") == "partner.example/offers/1"
    assert readable(P + "/" + "a" * 100) == "partner.example/" + "a" * 43 + "…"
