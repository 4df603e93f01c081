"""Section G: addresses that look like an allowed one, and the venue's own network, on a page from the internet.

The page is at https://widget.example, by way of a proxy to which all names lead, so that nothing that an engine asks
for goes unseen; what it reaches past the proxy, on this machine, is seen where it arrives.
"""

from __future__ import annotations

import json
import secrets
import socket
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Self

import pytest
import trustme

from kiosk.shell.protocol import LoadFailed, OpenWidget
from tests.breakouts.attacker import Internet
from tests.shell.conftest import engines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.breakouts.lab import Lab, Labs

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def internets(authority: trustme.CA) -> Iterator[dict[str, Internet]]:
    """One for each engine: what another one still asks for is not taken for this one's."""
    opened = {name: Internet(authority) for name in engines()}
    yield opened
    for each in opened.values():
        each.close()


@pytest.fixture
def internet(internets: dict[str, Internet], engine: str) -> Internet:
    return internets[engine]


@pytest.fixture
def lab(
    labs: Labs, engine: str, internet: Internet, authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lab]:
    """A lab whose page is at https://widget.example."""
    ca_file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    made = labs.of(
        engine,
        attacker=internet.attacker,
        origin="https://widget.example",
        proxy=internet.address,
        ca_file=str(ca_file),
    )
    internet.asked.clear()
    yield made
    internet.settled()
    made.assert_nothing_came_out()


LOOKALIKES = [
    # user names
    *("https://widget.example@evil.example/", "https://widget.example:443@evil.example/", "https://evil.example@x/"),
    *("https://@evil.example/", "https://widget.example%2f@evil.example/"),
    # names beyond ASCII, and their punycode
    *("https://wídget.example/", "https://xn--wdget-8sa.example/", "https://wіdget.example/", "https://ｅvil.example/"),
    *("https://evil。example/", "https://evil．example/", "https://widget.examp\u00adle.evil.example/"),
    # dots, ports, case, other names around it
    *("https://evil.example./", "https://widget.example.evil.example/", "https://widget.example:444/"),
    *(
        "https://sub.widget.example/",
        "https://EVIL.EXAMPLE/",
        "https://notwidget.example/",
        "https://widget.example.:1/",
    ),
    *("https://widget.examplee/", "https://widget/", "https://example/", "https://widget-example.evil.example/"),
    # back slashes and control characters
    *("https:\\\\evil.example\\", "https://evil.example\\@widget.example/", "\\\\evil.example", "/\\evil.example"),
    *("///evil.example", "//evil.example", "ht\ntps://evil.example/"),
    *("\u0001https://evil.example/", "https://ev\til.example/"),
    # encoded
    *("https://evil%2eexample/", "https://%65vil.example/"),
    *(
        "https://evil.example/https://widget.example/",
        "https://evil.example/?https://widget.example",
        "//evil.example?x",
    ),
    *("https://evil.example#@widget.example/", "https://evil.example%23@widget.example/"),
    # without TLS
    *("http://widget.example/", "http://evil.example/", "HTTP://widget.example:443/", "http:widget.example"),
    *("ws://widget.example/", "wss://evil.example/", "ftp://widget.example/"),
]

UNREADABLE = [
    *("https://widget.example%40evil.example/", "https://evil.example\u0000.widget.example/", "//evil.example%2f.x"),
    *("https://widget.example%00.evil.example/", "https://[evil.example]/", "https://evil.example:99999/"),
]
"""No browser goes there; of some that say so with a white page, the supervisor hears."""

NUMBERS = [
    *("127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0", "0.0.0.0", "[::1]", "localhost"),  # noqa: S104
    *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "①②⑦.⓪.⓪.①", "127.0.0.1.", "localhost."),
    *("a.localhost", "LOCALHOST", "127.000.000.001", "%31%32%37.0.0.1", "[::]", "[64:ff9b::7f00:1]", "127。0。0。1"),
]
"""This machine, as browsers read these."""

VENUE = [
    *("10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fd00::1]", "router.lan"),
    *("printer.local", "printer", "metadata.internal", "[fec0::1]", "224.0.0.1", "198.18.0.1", "3232235521"),
]

GO = """
for (const url of %s) {
  try { (() => { %s })() } catch {}
  await wait(0.02);
}
await wait(0.3);
return location.href;
"""


@pytest.mark.breakout(113, 115)
@pytest.mark.parametrize(
    "way",
    [
        "location.href = url",
        "const a = document.createElement('a'); a.href = url; stage.append(a); a.click()",
        "const f = document.createElement('iframe'); f.src = url; stage.append(f)",
        "const f = document.createElement('form'); f.action = url; f.method = 'post'; stage.append(f); f.submit()",
        "location.href = '/go?' + encodeURIComponent(url)",
        "const f = document.createElement('iframe'); f.src = '/go?' + encodeURIComponent(url); stage.append(f)",
        "const o = document.createElement('object'); o.data = url; stage.append(o)",
        "open(url)",
    ],
    ids=["location", "link", "frame", "form", "redirect", "redirect in a frame", "object", "window"],
)
def test_no_address_that_looks_like_an_allowed_one_is_gone_to(lab: Lab, internet: Internet, engine: str, way: str):
    urls = [*LOOKALIKES, *(f"{scheme}://{host}:{lab.other.port}/" for host in NUMBERS for scheme in ("http", "https"))]
    lab.run(GO % (json.dumps(urls), way), patience=20)

    if engine == "qtwebengine":  # WebKit connects to where a link leads while we are asked, and sends no request
        assert internet.settled() == set()
    assert lab.other.asked == []
    assert {host for host, _, _ in lab.attacker.visited} == {"widget.example"}
    assert lab.is_where_it_was()


@pytest.mark.breakout(113)
@pytest.mark.parametrize("url", UNREADABLE)
@pytest.mark.parametrize(
    "way", ["location.href = url", "const a = document.createElement('a'); a.href = url; stage.append(a); a.click()"]
)
def test_an_address_that_cannot_be_read_leads_nowhere(lab: Lab, internet: Internet, url: str, way: str):
    lab.begin(f"const url = {json.dumps(url)}; try {{ {way} }} catch {{}} await wait(0.1); fetch('/stayed')")

    lab.until(lambda: lab.has_left() or "/stayed" in lab.attacker.asked)
    assert internet.settled() == set()


@pytest.mark.breakout(113)
@pytest.mark.parametrize("hops", [1, 2, 5])
def test_no_chain_of_redirects_leads_out(lab: Lab, internet: Internet, hops: int):
    mark = secrets.token_hex(4)
    url = f"https://evil.example/{mark}"
    for _ in range(hops):
        url = "/go?" + url.replace("%", "%25").replace("?", "%3F")

    def went() -> bool:
        """Whether it went all the way: a browser gives up a navigation for one that came before it and ends late."""
        lab.run(f"location.href = {json.dumps(url)}; await wait(0.3)")
        return len({path for _, path, _ in lab.attacker.visited if path.endswith(mark)}) == hops

    lab.until(went)
    assert {host for host, _, _ in lab.attacker.visited} == {"widget.example"}
    assert lab.is_where_it_was()


REACH = {
    "fetch": "fetch(url, {mode: 'no-cors'}).catch(() => {})",
    "private fetch": "fetch(url, {mode: 'no-cors', targetAddressSpace: 'loopback'}).catch(() => {})",
    "request": "const x = new XMLHttpRequest(); x.open('POST', url); x.send('canary')",
    "image": "new Image().src = url",
    "script": "const s = document.createElement('script'); s.src = url; document.head.append(s)",
    "style": "const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = url; document.head.append(l)",
    "preload": "const l = document.createElement('link'); l.rel = 'preload'; l.as = 'image'; l.href = url;"
    " document.head.append(l)",
    "prefetch": "const l = document.createElement('link'); l.rel = 'prefetch'; l.href = url; document.head.append(l)",
    "prerender": "const s = document.createElement('script'); s.type = 'speculationrules';"
    " s.text = JSON.stringify({prefetch: [{urls: [url], eagerness: 'immediate'}]}); document.head.append(s)",
    "preconnect": "const l = document.createElement('link'); l.rel = 'preconnect'; l.href = url;"
    " document.head.append(l)",
    "icon": "const l = document.createElement('link'); l.rel = 'icon'; l.href = url; document.head.append(l)",
    "manifest": "const l = document.createElement('link'); l.rel = 'manifest'; l.href = url; document.head.append(l)",
    "socket": "new WebSocket(url.replace('http', 'ws'))",
    "events": "new EventSource(url)",
    "beacon": "navigator.sendBeacon(url, 'canary')",
    "ping": "const a = document.createElement('a'); a.href = '#'; a.ping = url; stage.append(a); a.click()",
    "video": "const v = document.createElement('video'); v.src = url; v.play().catch(() => {})",
    "font": "new FontFace('x', `url(${url})`).load().catch(() => {})",
    "css": "stage.style.background = `url(${url})`",
    "import": "import(url).catch(() => {})",
    "worker": "new Worker(URL.createObjectURL(new Blob([`fetch('${url}', {mode: 'no-cors'}).catch(() => {})`])))",
    "blob frame": "const f = document.createElement('iframe'); f.srcdoc = `<img src='${url}'>`; stage.append(f)",
    "sandboxed": "const f = document.createElement('iframe'); f.sandbox = 'allow-scripts';"
    " f.srcdoc = `<img src='${url}'>`; stage.append(f)",
    "redirect": "fetch('/go?' + encodeURIComponent(url), {mode: 'no-cors'}).catch(() => {})",
    "image redirect": "new Image().src = '/go?' + encodeURIComponent(url)",
    "policy": "const m = document.createElement('meta'); m.httpEquiv = 'content-security-policy';"
    " m.content = `img-src 'none'; report-uri ${url}`; document.head.append(m); new Image().src = '/x.png'",
    "fedcm": "navigator.credentials.get({identity: {providers: [{configURL: url, clientId: 'x'}]}}).catch(() => {})",
    "transport": "new WebTransport(url.replace('http:', 'https:')).closed.catch(() => {})",
}


@pytest.mark.breakout(118)
@pytest.mark.parametrize("way", REACH)
def test_a_page_from_the_internet_reaches_nothing_inside_the_venue(lab: Lab, internet: Internet, engine: str, way: str):
    if engine == "qtwebengine" and "redirect" in way:
        pytest.skip("by way of a proxy, Chromium does not know where a request ends: see test_local_network.py")
    with Listener() as listener:
        urls = [f"http://{host}:{listener.port}/canary" for host in NUMBERS]
        urls += [f"https://{host}:{listener.port}/canary" for host in ("127.0.0.1", "[::1]", "localhost")]
        urls += [f"http://{host}/canary" for host in VENUE]
        lab.run(GO % (json.dumps(urls), REACH[way]), patience=20)

        assert listener.requests == []
    # what it was asked for by name would have gone by the proxy
    assert internet.settled() == set()


class Listener:
    """Takes note of what comes to a port of this machine, over either protocol: `requests` has each first line."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self._socket = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._count, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _count(self) -> None:
        while True:
            try:
                visitor, _ = self._socket.accept()
            except OSError:
                return
            with closing(visitor), suppress(OSError):
                visitor.settimeout(0.5)
                line = visitor.recv(100).partition(b"\r\n")[0]
                if line.endswith(b"HTTP/1.1"):  # an engine may begin to speak TLS, and see only then who answers
                    self.requests.append(line)


@pytest.mark.breakout(118)
def test_a_page_learns_no_address_of_the_venue_by_webrtc(lab: Lab):
    found = lab.run(
        "const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:1'}]}); const seen = [];"
        "peer.onicecandidate = (event) => seen.push(event.candidate?.candidate ?? '');"
        "peer.createDataChannel('x'); await peer.setLocalDescription(); await wait(0.8); return seen.join()",
        patience=5,
    )

    addresses = [word for word in found.split() if word.count(".") == 3 or word.count(":") > 2]
    assert [word for word in addresses if word not in {"0.0.0.0", "::"}] == []  # noqa: S104


@pytest.mark.breakout(115)
def test_a_page_over_tls_runs_nothing_that_came_without(lab: Lab, internet: Internet):
    result = lab.run(
        "const s = document.createElement('script'); s.src = 'http://widget.example/x.js'; document.head.append(s);"
        "const f = document.createElement('iframe'); f.src = 'http://widget.example/'; stage.append(f);"
        "let fetched = 'no'; try { await fetch('http://widget.example/x'); fetched = 'yes' } catch {}"
        "let opened = 'no'; try { new WebSocket('ws://widget.example/') ; await wait(0.2); } catch {}"
        "await wait(0.2); return fetched"
    )

    assert result == "no"
    assert [target for target in internet.asked if target.startswith("http:") or ":80" in target] == []


@pytest.mark.breakout(113, 115)
@pytest.mark.parametrize("url", ["http://widget.example/", "https://user@widget.example/", "file:///etc/x"])
def test_the_supervisor_itself_cannot_be_given_such_an_address(lab: Lab, internet: Internet, url: str):
    lab.visit += 1
    lab.shell.send(OpenWidget(lab.visit, url))
    lab.until(lambda: lab.failed() is not None or bool(lab.shell.heard(int)))

    assert [target for target in internet.asked if not target.startswith("widget.example:443")] == []
    assert isinstance(lab.failed(), LoadFailed)
