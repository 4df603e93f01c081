from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.core.lockdown import Enforcement, LockdownFeature
from kiosk.errors import EngineUnavailable
from kiosk.shell.engines import wk_settings
from kiosk.shell.engines.wk_proxy import make_proxy
from tests.contracts.engine import START
from tests.shell import wk_fakes
from tests.shell.wk_driver import WkDriver
from tests.shell.wk_mac import Mac
from tests.shell.wk_webkit import Served

if TYPE_CHECKING:
    from pathlib import Path

TABLES = [wk_settings.PREFERENCES, wk_settings.HIDDEN_PREFERENCES, wk_settings.VIEW, wk_settings.CONFIGURATION]
FEATURES = sorted({(row[0], row[3]) for table in TABLES for row in table if row[3] is not None})


def mac() -> Mac:
    return Mac(lambda _url: Served())


def driver(tmp_path: Path, on: Mac) -> WkDriver:
    return WkDriver(replace(START, engine="wkwebview"), folder=tmp_path, mac=on)


@pytest.mark.parametrize(("setter", "feature"), FEATURES)
def test_a_switch_that_does_not_stay_as_it_was_set_fails_its_feature(
    tmp_path: Path, setter: str, feature: LockdownFeature, monkeypatch: pytest.MonkeyPatch
):
    kept = wk_fakes._property
    monkeypatch.setattr(wk_fakes, "_property", lambda selector: "lost" if selector == setter else kept(selector))
    value = next(row[2] for table in TABLES for row in table if row[0] == setter)
    on = mac()
    if not value:  # what a fake has nobody set reads False: this one is on by default
        reader = next(row[1] for table in TABLES for row in table if row[0] == setter)
        monkeypatch.setattr(wk_fakes.Fake, reader, lambda _self: True, raising=False)

    assert driver(tmp_path, on).report[feature] is Enforcement.FAILED


@pytest.mark.parametrize(
    ("setter", "feature"),
    [(row[0], row[3]) for table in (wk_settings.PREFERENCES, wk_settings.VIEW) for row in table if row[3] is not None],
)
def test_a_switch_that_this_macos_lacks_is_said_to_be_unsupported(
    tmp_path: Path, setter: str, feature: LockdownFeature, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(wk_fakes.Fake, "lacks", frozenset({setter}))
    if setter == "setInspectable:":
        with pytest.raises(EngineUnavailable, match=r"13\.3"):
            driver(tmp_path, mac())
        return

    assert driver(tmp_path, mac()).report[feature] is Enforcement.UNSUPPORTED


def test_a_webkit_without_a_hidden_switch_has_nothing_to_switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wk_fakes.Fake, "lacks", frozenset(row[0] for row in wk_settings.HIDDEN_PREFERENCES))

    assert set(driver(tmp_path, mac()).report.values()) == {Enforcement.ENFORCED}


def test_the_accounts_preferences_and_the_command_line_count_for_nothing(tmp_path: Path):
    on = mac()
    assert on.domains["NSArgumentDomain"] == {"WebKitDeveloperExtras": True}  # `-WebKitDeveloperExtras YES`
    driver(tmp_path, on)

    assert on.domains["NSArgumentDomain"] == {**wk_settings.DEFAULTS, "AppleLanguages": ["en"]}
    assert not on.NSUserDefaults.standardUserDefaults().boolForKey_("WebKitDeveloperExtras")


def test_our_pages_and_a_visits_keep_nothing_in_common_and_nothing_on_the_disk(tmp_path: Path):
    adapter = driver(tmp_path, mac())
    own = {id(pane.view.configuration().websiteDataStore()) for pane in adapter.engine._panes.values()}
    visit = adapter.visit.configuration().websiteDataStore()

    assert len(own) == 1
    assert id(visit) not in own
    assert not visit.isPersistent()


def test_pywebviews_page_is_out_of_the_window_and_its_scripts_with_it(tmp_path: Path):
    on = mac()
    driver(tmp_path, on)
    theirs = on.theirs

    assert theirs.kept["navigationdelegate"] is None
    assert theirs.kept["uidelegate"] is None
    assert ("removeFromSuperview", ()) in theirs.calls
    transport = on.NSBundle.mainBundle().infoDictionary()["NSAppTransportSecurity"]
    assert transport == {"NSAllowsLocalNetworking": True}


def test_no_proxy_is_the_systems():
    assert make_proxy(mac(), "") is None


def test_a_proxy_needs_macos_14(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wk_fakes.Fake, "lacks", frozenset({"setProxyConfigurations:"}))

    with pytest.raises(EngineUnavailable, match="macOS 14"):
        make_proxy(mac(), "http://user:secret@proxy:3128")


def test_a_proxy_is_given_as_its_parts():
    on = mac()
    on.proxy = lambda **parts: parts

    assert make_proxy(on, "http://us%40er:secret@proxy.example:3128") == {
        "host": "proxy.example",
        "port": 3128,
        "user": "us@er",
        "password": "secret",
    }
