"""What the contract of the engines does not ask: what happens between WebKit's questions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from kiosk.core.lockdown import LockdownFeature
from kiosk.errors import ConfigError
from kiosk.shell.engines.wk_delegate import CANCEL_CHALLENGE, DEFAULT_HANDLING, REJECT_SPACE, USE_CREDENTIAL
from kiosk.shell.protocol import Blocked, LoadFailed, OpenWidget, Painted, RendererGone, ShowPage
from tests.contracts.engine import START, Served
from tests.shell.wk_driver import HERE, OTHER, WkDriver
from tests.shell.wk_fakes import Fake, Handler, make
from tests.shell.wk_webkit import MAIN, SUB, marker

if TYPE_CHECKING:
    from pathlib import Path

SERVER_TRUST = "NSURLAuthenticationMethodServerTrust"


@pytest.fixture
def driver(tmp_path: Path) -> WkDriver:
    return WkDriver(replace(START, engine="wkwebview"), folder=tmp_path)


@pytest.fixture
def visiting(driver: WkDriver) -> WkDriver:
    driver.send(OpenWidget(1, driver.url(Served.PAGE), handoff={"token": "one"}))
    driver.expect(Painted)
    return driver


# ── answers ──


def test_webkit_gets_its_answer_even_if_a_decision_goes_wrong(visiting: WkDriver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(visiting.engine, "may_visit", lambda **_: 1 / 0)
    handler = Handler("webView:decidePolicyForNavigationAction:decisionHandler:", 2)
    action = visiting.visit.action(HERE + "/")

    with pytest.raises(ZeroDivisionError):
        visiting.visit.delegate.webView_decidePolicyForNavigationAction_decisionHandler_(None, action, handler)
    assert handler.answer == 0


def test_a_page_gets_its_answer_even_if_a_dialog_goes_wrong(visiting: WkDriver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(visiting.engine, "ask", lambda **_: 1 / 0)
    selector = "webView:runJavaScriptConfirmPanelWithMessage:initiatedByFrame:completionHandler:"
    handler = Handler(selector, 3)

    with pytest.raises(ZeroDivisionError):
        getattr(visiting.visit.delegate, selector.replace(":", "_"))(None, "?", MAIN, handler)
    assert handler.answer is False


def test_a_page_of_our_own_asks_nobody(driver: WkDriver):
    selector = "webView:runJavaScriptTextInputPanelWithPrompt:defaultText:initiatedByFrame:completionHandler:"
    handler = Handler(selector, 4)
    getattr(driver.front.delegate, selector.replace(":", "_"))(None, "?", None, MAIN, handler)

    assert handler.answers == [(None,)]
    assert driver.expect(Blocked).feature == "script-dialogs"


def test_a_page_holds_nobody_back(visiting: WkDriver):
    selector = "_webView:runBeforeUnloadConfirmPanelWithMessage:initiatedByFrame:completionHandler:"

    assert visiting.yes_or_no(selector)


def test_sites_share_no_cookies(visiting: WkDriver):
    selector = "_webView:requestStorageAccessPanelForDomain:underCurrentDomain:completionHandler:"

    assert not visiting.yes_or_no(selector)


# ── trust ──


def test_the_system_judges_certificates_where_the_operator_names_no_authorities(visiting: WkDriver):
    assert visiting.visit.challenge(SERVER_TRUST, "anything") == (DEFAULT_HANDLING, None)


def test_a_client_certificate_is_not_sent_and_the_page_goes_on(visiting: WkDriver):
    assert visiting.visit.challenge("NSURLAuthenticationMethodClientCertificate") == (REJECT_SPACE, None)


@pytest.mark.parametrize("method", ["HTTPBasic", "HTTPDigest", "NTLM", "Negotiate", "HTMLForm", "Default"])
def test_no_way_to_sign_in_is_answered(visiting: WkDriver, method: str):
    assert visiting.visit.challenge("NSURLAuthenticationMethod" + method) == (CANCEL_CHALLENGE, None)
    assert visiting.expect(Blocked).feature == LockdownFeature.AUTHENTICATION


def test_old_tls_is_refused(visiting: WkDriver):
    handler = Handler("webView:authenticationChallenge:shouldAllowDeprecatedTLS:", 2)
    visiting.visit.delegate.webView_authenticationChallenge_shouldAllowDeprecatedTLS_(None, None, handler)

    assert handler.answer is False


def test_the_operators_authorities_vouch_for_their_servers_and_no_others(tmp_path: Path):
    authority = trustme.CA()
    file = tmp_path / "ca.pem"
    file.write_bytes(authority.cert_pem.bytes())
    adapter = WkDriver(replace(START, engine="wkwebview"), folder=tmp_path, ca_file=file)
    adapter.send(OpenWidget(1, adapter.url(Served.PAGE)))
    adapter.visit.challenge(SERVER_TRUST, b"nobody's")
    [anchor] = adapter.mac.anchors

    assert isinstance(anchor, bytes)  # the fake trusts what is an anchor
    assert adapter.visit.challenge(SERVER_TRUST, anchor)[0] == USE_CREDENTIAL
    assert adapter.visit.challenge(SERVER_TRUST, b"nobody's") == (CANCEL_CHALLENGE, None)
    assert adapter.expect(Blocked).feature == LockdownFeature.TLS_ERRORS


@pytest.mark.parametrize(
    "text",
    ["", "no certificate", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----"],
)
def test_authorities_that_are_none_are_refused(tmp_path: Path, text: str):
    file = tmp_path / "ca.pem"
    file.write_text(text)

    with pytest.raises(ConfigError):
        WkDriver(replace(START, engine="wkwebview"), folder=tmp_path, ca_file=file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="cannot be read"):
        WkDriver(replace(START, engine="wkwebview"), folder=tmp_path, ca_file=tmp_path / "none.pem")


# ── the handoff ──


def test_a_page_of_another_origin_gets_no_handoff(tmp_path: Path):
    adapter = WkDriver(replace(START, engine="wkwebview", allow=[OTHER]), folder=tmp_path)
    adapter.send(OpenWidget(1, adapter.url(Served.PAGE), handoff={"token": "one"}))
    assert adapter.handed() == "one"
    adapter.visit.go(OTHER + "/")

    assert not any(
        "enable3Kiosk" in script.source for script in adapter.visit.configured.userContentController().scripts
    )
    assert adapter.handed() is None


def test_our_scripts_are_heard_from_our_world_alone(visiting: WkDriver):
    visiting.events.clear()
    playing = marker(visiting.visit.script("kioskMedia")) + "playing"
    page = visiting.mac.WKContentWorld.pageWorld()
    visiting.visit.write(playing, world=page)
    visiting.visit.write(playing, frame=SUB)
    visiting.visit.write({"not": "a text"})
    assert visiting.events == []
    visiting.visit.write(playing)

    assert len(visiting.events) == 1


# ── loads ──


@pytest.mark.parametrize(
    ("domain", "code", "reason"),
    [
        ("NSURLErrorDomain", -1006, "dns"),
        ("NSURLErrorDomain", -1009, "connection"),
        ("NSURLErrorDomain", -1001, "connection"),
        ("NSURLErrorDomain", -1012, "http-401"),
        ("NSURLErrorDomain", -1007, "http"),
        ("NSURLErrorDomain", -1022, "tls"),
        ("NSURLErrorDomain", -1, "other"),
        ("WebKitErrorDomain", 104, "blocked"),
        ("WebKitErrorDomain", 1, "other"),
        ("NSPOSIXErrorDomain", 1, "other"),
    ],
)
def test_an_error_has_a_word(driver: WkDriver, domain: str, code: int, reason: str):
    driver.engine.open_widget(visit=1, url=driver.url(Served.PAGE), handoff=None)
    driver.visit.fail(domain, code)

    assert driver.expect(LoadFailed) == LoadFailed(1, reason)


def test_what_is_said_of_the_engine(driver: WkDriver):
    assert driver.engine.renderer() == "20618.1.15"
    assert isinstance(driver.engine.version(), str)
    assert [(each.width, each.height) for each in driver.engine.screens()] == [(1280, 800), (1024, 768)]


def test_nothing_is_loaded_before_the_content_rules_hold(driver: WkDriver):
    driver.engine.open_widget(visit=1, url=driver.url(Served.PAGE), handoff=None)
    assert not driver.visit.loading
    driver.mac.run()

    [rules] = driver.visit.configured.userContentController().rules
    assert rules.kept["parsed"]
    assert driver.visit.url == driver.url(Served.PAGE)


def test_nothing_is_loaded_at_all_without_content_rules(driver: WkDriver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(type(driver.engine.sub_resources), "content_rules", lambda *_, **__: "not JSON")
    driver.send(OpenWidget(1, driver.url(Served.PAGE)))

    assert driver.expect(LoadFailed) == LoadFailed(1, "other")
    assert driver.visit.url is None


def test_a_link_to_a_missing_page_is_the_servers_to_answer(visiting: WkDriver):
    visiting.visit.go(visiting.url(Served.MISSING))

    assert visiting.visit.url == visiting.url(Served.MISSING)
    assert not visiting.heard(LoadFailed)


def test_a_page_that_went_where_nobody_was_asked_is_reported(visiting: WkDriver):
    visiting.visit.arrive("about:blank")

    assert visiting.expect(LoadFailed) == LoadFailed(1, "left")


def test_a_new_fragment_alone_is_loaded_all_the_same(visiting: WkDriver):
    ran: list[str] = []
    visiting.engine._remote.run = lambda source, **_: ran.append(source)
    visiting.send(OpenWidget(1, visiting.url(Served.PAGE) + "#token=two"))

    assert any("location.reload()" in source for source in ran)


def test_our_own_page_is_there_although_nobody_sees_its_first_frame(driver: WkDriver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(driver.engine._panes["front"], "heard", lambda *_: None)
    driver.send(ShowPage("attract", "en"))

    assert driver.expect(Painted) == Painted(0, "attract")


def test_a_page_of_ours_that_a_tap_stopped_is_loaded_again(driver: WkDriver):
    driver.engine.post(lambda: driver.orders.obey(ShowPage("attract", "en")))
    driver.mac.run(0.005)
    driver.front.stop()
    driver.mac.run()

    assert driver.expect(Painted) == Painted(0, "attract")


def test_a_page_of_ours_goes_nowhere_and_has_no_frames(driver: WkDriver):
    driver.send(ShowPage("attract", "en"))

    assert not driver.front.may_go("kiosk-page:attract")
    assert not driver.front.may_go(HERE + "/")
    assert not driver.front.may_go("about:blank", frame=SUB)


def test_the_end_of_a_renderer_ends_what_plays(visiting: WkDriver):
    visiting.play(on=True)
    visiting.kill_renderer()

    assert [type(event).__name__ for event in visiting.events[-3:]] == ["Playing", "Playing", "RendererGone"]
    assert visiting.expect(RendererGone).reason == "ended"


def test_sound_without_a_video_is_heard_of(visiting: WkDriver):
    visiting.events.clear()
    visiting.visit.state = 1  # WKMediaPlaybackStatePlaying
    visiting.mac.run(3)

    assert visiting.events[0].active


def test_the_buttons_over_a_pdf_in_a_page_are_not_put_there(visiting: WkDriver):
    buttons, other = type("WKPDFHUDView", (Fake,), {})(), make("NSView")
    visiting.visit.addSubview_(buttons)
    visiting.visit.addSubview_(other)

    assert [call for call in visiting.visit.calls if call[0] == "addSubview:"] == [("addSubview:", (other,))]


def test_a_drag_out_of_a_page_ends_nowhere(visiting: WkDriver):
    assert visiting.visit.draggingSession_sourceOperationMaskForDraggingContext_(None, 0) == 0
    assert visiting.expect(Blocked).feature == "drag-and-drop"


def test_downloads_that_begin_all_the_same_are_ended(visiting: WkDriver):
    download: Any = make("WKDownload")
    visiting.visit.delegate.webView_navigationResponse_didBecomeDownload_(None, None, download)
    visiting.visit.delegate.webView_navigationAction_didBecomeDownload_(None, None, download)

    assert download.calls == [("cancel:", (None,))] * 2
