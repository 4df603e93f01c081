"""The frameworks behind one object: with modules in the place of pyobjc's."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from kiosk.errors import EngineUnavailable
from kiosk.shell.engines.choice import make_engine
from kiosk.shell.engines.wk_cocoa import BLOCKS, Cocoa
from kiosk.shell.protocol import Start
from tests.contracts.engine import START

FRAMEWORKS = ("AppKit", "Foundation", "WebKit", "Quartz", "Security")


@pytest.fixture
def registered() -> list[tuple[bytes, bytes, dict[str, Any]]]:
    return []


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch, registered: list[Any]) -> dict[str, ModuleType]:
    made = {name: ModuleType(name) for name in (*FRAMEWORKS, "objc", "PyObjCTools.AppHelper", "Network")}
    made["PyObjCTools"] = ModuleType("PyObjCTools")
    made["objc"].registerMetaDataForSelector = lambda *each: registered.append(each)
    made["objc"].super = super
    for name, module in made.items():
        monkeypatch.setitem(sys.modules, name, module)
    return made


def test_without_pyobjc_the_engine_is_not_there(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "objc", None)

    with pytest.raises(EngineUnavailable, match="wkwebview is not installed"):
        Cocoa()


def test_the_adapter_is_imported_without_pyobjc(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "objc", None)
    start = Start(**{name: getattr(START, name) for name in START.__slots__} | {"engine": "wkwebview"})

    assert make_engine(start, lambda _event: None).name == "wkwebview"


def test_a_name_is_found_in_whichever_framework_has_it(modules: dict[str, ModuleType]):
    modules["WebKit"].WKWebView = view = object()
    cocoa = Cocoa()

    assert cocoa.WKWebView is view
    with pytest.raises(AttributeError, match="NSNothing"):
        _ = cocoa.NSNothing


def test_a_class_is_made_once(modules: dict[str, ModuleType]):
    def speak_(_self: object, text: str) -> str:
        return text

    cocoa, base = Cocoa(), type("Base", (), {"speak_": lambda _self, text: text.upper()})
    kind = cocoa.subclass("Derived", base, (speak_,))

    assert cocoa.subclass("Derived", base, ()) is kind
    assert kind().speak_("a") == "a"
    assert cocoa.super_of(kind, kind()).speak_("a") == "A"


def test_pyobjc_is_told_of_the_blocks_that_it_does_not_know(modules: dict[str, ModuleType], registered: list[Any]):
    Cocoa()

    assert {selector.decode() for _kind, selector, _data in registered} == set(BLOCKS)
    for _kind, selector, data in registered:
        [(at, argument)] = data["arguments"].items()
        assert at == selector.count(b":") + 1  # the last of all: after the object and the selector
        assert argument["callable"]["arguments"][1] == {"type": b"Z"}


def test_a_proxy_is_made_of_bytes(modules: dict[str, ModuleType]):
    told: list[tuple[object, ...]] = []
    modules["Network"].nw_endpoint_create_host = lambda *each: told.append(each) or "endpoint"
    modules["Network"].nw_proxy_config_create_http_connect = lambda *each: told.append(each) or "proxy"
    modules["Network"].nw_proxy_config_set_username_and_password = lambda *each: told.append(each)

    assert Cocoa().proxy(host="proxy", port=3128, user="me", password="secret") == "proxy"
    assert Cocoa().proxy(host="proxy", port=80, user="", password="") == "proxy"
    assert told == [
        (b"proxy", b"3128"),
        ("endpoint", None),
        ("proxy", b"me", b"secret"),
        (b"proxy", b"80"),
        ("endpoint", None),
    ]


def test_a_proxy_needs_pyobjcs_network(modules: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "Network", None)

    with pytest.raises(EngineUnavailable, match="Network") as caught:
        Cocoa().proxy(host="proxy", port=80, user="me", password="secret")
    assert "secret" not in str(caught.value)


def test_pywebview_is_asked_for_what_it_knows_of_a_window(
    modules: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
):
    backend = ModuleType("webview.platforms.cocoa")
    backend.BrowserView = SimpleNamespace(get_instance=lambda attribute, value: (attribute, value))
    monkeypatch.setitem(sys.modules, "webview.platforms.cocoa", backend)
    monkeypatch.setitem(sys.modules, "webview", ModuleType("webview"))
    monkeypatch.setitem(sys.modules, "webview.platforms", ModuleType("webview.platforms"))

    assert Cocoa().pywebview_of("window") == ("window", "window")


def test_calls_go_to_the_main_thread(modules: dict[str, ModuleType]):
    called: list[object] = []
    modules["PyObjCTools.AppHelper"].callAfter = called.append
    Cocoa().call_after(print)

    assert called == [print]
