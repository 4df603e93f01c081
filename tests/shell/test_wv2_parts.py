"""The parts of the webview2 adapter that need neither .NET nor Windows."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

from kiosk.errors import EngineUnavailable, LockdownFailed
from kiosk.shell.engines import wv2_registry, wv2_runtime
from kiosk.shell.engines.wv2_desktop import is_dialog
from kiosk.shell.engines.wv2_keyboard import strokes
from kiosk.shell.engines.wv2_keys import is_plain
from kiosk.shell.engines.wv2_proxy import Proxy
from kiosk.shell.engines.wv2_tasks import Later, finish, guarded
from tests.shell.wv2_fakes import Clock, Done, Space, fake_forms


def test_there_is_no_window_elsewhere_than_on_windows(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "platform", "linux")

    with pytest.raises(EngineUnavailable, match="an engine of Windows"):
        wv2_runtime.load()


@pytest.mark.parametrize("renderer", ["mshtml", "cef", ""])
def test_nothing_but_webview2_will_do(renderer: str):
    """Internet Explorer least of all, which pywebview takes without a word."""
    with pytest.raises(EngineUnavailable, match="no WebView2 runtime") as raised:
        wv2_runtime.check_renderer(renderer)
    assert "install the Evergreen WebView2 Runtime" in str(raised.value.hint)


@pytest.mark.parametrize(
    ("raised", "said"),
    [("RuntimeError('no default .NET runtime')", "no .NET Framework"), ("ImportError(name='clr')", "load: clr")],
)
def test_without_net_the_operator_is_told_what_to_install(raised, said, tmp_path, monkeypatch):
    (tmp_path / "pywebviews_part.py").write_text(f"raise {raised}")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(EngineUnavailable, match=said) as found:
        wv2_runtime.load_winforms("pywebviews_part")
    assert ".NET Framework 4.8" in str(found.value.hint)


@pytest.mark.parametrize("version", ["", "86.0.622.0", "138.0.3351.47", "137.9.9999.99 beta"])
def test_a_runtime_that_is_missing_or_too_old_is_refused(version: str):
    with pytest.raises(EngineUnavailable, match="runtime"):
        wv2_runtime.check_version(version)


@pytest.mark.parametrize("version", ["138.0.3351.48", "145.0.3800.47", "156.0.0.0 canary"])
def test_a_runtime_that_is_new_enough_will_do(version: str):
    wv2_runtime.check_version(version)


def test_a_runtime_that_is_not_there_has_no_version():
    class WebView2RuntimeNotFoundException(Exception):
        pass

    def missing(_browser: None) -> str:
        raise WebView2RuntimeNotFoundException

    core: Any = Space(CoreWebView2Environment=Space(GetAvailableBrowserVersionString=missing))
    assert wv2_runtime.available_version(core) == ""


@pytest.mark.parametrize(
    ("platform", "folder"), [("win-amd64", "win-x64"), ("win-arm64", "win-arm64"), ("win32", "win-x86")]
)
def test_the_loader_is_that_of_this_process(platform: str, folder: str):
    from importlib.util import find_spec  # noqa: PLC0415 - beside its use
    from pathlib import Path  # noqa: PLC0415 - the same

    spec = find_spec("webview")
    assert spec is not None
    assert wv2_runtime.folder_of_loader(platform) == folder
    assert (Path(str(spec.origin)).parent / "lib/runtimes" / folder / "native/WebView2Loader.dll").is_file()


def test_pywebviews_page_is_never_made():
    class Form:
        Controls = Space(Add=lambda _control: None)

    sys.modules["System.Windows.Forms"] = Space(Panel=lambda: Space(Visible=True))  # type: ignore[assignment]
    try:
        page = wv2_runtime.NoPage(Form(), object(), "cache")
    finally:
        del sys.modules["System.Windows.Forms"]

    page.clear_user_data()
    page.js_result_semaphore.release()
    assert not page.webview.Visible
    with pytest.raises(AttributeError):
        page.evaluate_js("1")  # type: ignore[operator]


def test_what_pywebview_asks_of_its_page_is_there():
    """Its window asks for no more, unless somebody calls what this program never calls."""
    import re  # noqa: PLC0415 - beside its use
    from importlib.util import find_spec  # noqa: PLC0415 - the same
    from pathlib import Path  # noqa: PLC0415 - the same

    spec = find_spec("webview")
    assert spec is not None
    source = (Path(str(spec.origin)).parent / "platforms/winforms.py").read_text("utf-8")
    form = source[source.index("class BrowserForm") : source.index("def evaluate_js")]
    asked = set(re.findall(r"self\.browser\.(\w+)", form))
    assert asked <= {"webview", "js_result_semaphore", "clear_user_data", "DefaultBackgroundColor"}


# ── overrides ──


def test_variables_that_override_webview2_are_found():
    found = wv2_registry.overriding_variables(
        {
            "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS": "",
            "WebView2_User_Data_Folder": "",
            "COR_ENABLE_PROFILING": "1",
            "PATH": "",
        }
    )

    assert found == ["COR_ENABLE_PROFILING", "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS", "WebView2_User_Data_Folder"]


def test_a_variable_that_overrides_means_no_window(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(os.environ, "WEBVIEW2_BROWSER_EXECUTABLE_FOLDER", "C:\\evil")

    with pytest.raises(LockdownFailed, match="WEBVIEW2_BROWSER_EXECUTABLE_FOLDER") as raised:
        wv2_registry.refuse_overrides(program="kiosk.exe")
    assert "evil" not in str(raised.value)


@pytest.mark.parametrize(
    ("names", "means"), [(["*"], True), (["Kiosk.EXE"], True), (["other.exe"], False), ([], False)]
)
def test_a_policy_means_a_program_by_its_name_or_all(names: list[str], means: bool):  # noqa: FBT001
    assert wv2_registry.applies(names, program="kiosk.exe") is means


# ── dialogs of the browser's ──


def test_a_list_is_no_dialog_and_all_else_is():
    popup, no_activation, caption = 0x80000000, 0x08000000, 0x00C00000

    assert not is_dialog(popup, no_activation)
    assert is_dialog(popup, 0)
    assert is_dialog(popup | caption, no_activation)


# ── keys ──


@pytest.mark.parametrize(
    ("key", "text", "held", "plain"),
    [
        (0x41, "a", {}, True),
        (0x41, "\x01", {"ctrl": True}, False),
        (0x51, "@", {"ctrl": True, "alt": True}, True),
        (0x25, "", {}, True),
        (0x25, "", {"alt": True}, False),
        (0x74, "", {}, False),
        (0x0D, "\r", {}, True),
        (0xE5, "", {}, True),
        (0xE7, "", {"ctrl": True}, False),
        (0x11, "", {"ctrl": True}, False),
    ],
)
def test_a_key_is_for_pages_or_not(key: int, text: str, held: dict[str, bool], plain: bool):  # noqa: FBT001
    assert is_plain(key, text, **{"ctrl": False, "alt": False, "meta": False, **held}) is plain


def test_the_keyboards_keys_are_strokes():
    assert [each["type"] for each in strokes("لا")] == ["keyDown", "keyUp", "keyDown", "keyUp"]
    assert strokes("{enter}")[0]["text"] == "\r"
    assert strokes("{unknown}") == strokes("\x00") == strokes("") == []


# ── the proxy ──


def test_a_proxy_is_told_apart():
    proxy = Proxy("http://user:p%40ss@[fd00::1]:8080")

    assert proxy.server == "[fd00::1]:8080"
    assert proxy.password_for("http://[fd00::1]:8080") == ("user", "p@ss")
    assert proxy.password_for("http://[fd00::1]:80") is None
    assert proxy.password_for("http://[bad") is None
    assert Proxy("").server == ""


# ── waiting for .NET ──


def test_a_task_is_waited_for_while_messages_go_on():
    task = Done("result", never=True)

    def pump() -> None:
        task.IsCompleted = True

    dotnet: Any = Space(forms=Space(Application=Space(DoEvents=pump)))
    assert finish(dotnet, task, what="browser") == "result"  # type: ignore[arg-type]


def test_a_task_that_fails_means_no_engine():
    dotnet: Any = Space(forms=Space(Application=Space(DoEvents=lambda: None)))

    with pytest.raises(EngineUnavailable, match="no browser"):
        finish(dotnet, Done(failed=True), what="browser")  # type: ignore[arg-type]


def test_an_error_of_ours_does_not_reach_net(capsys: pytest.CaptureFixture[str]):
    def broken() -> None:
        raise RuntimeError("ours")

    guarded(broken)()

    assert "RuntimeError: ours" in capsys.readouterr().err


def test_later_is_later_and_once():
    clock, calls = Clock(), []
    dotnet: Any = Space(forms=fake_forms(clock, []))
    Later(dotnet).call(2.0, lambda: calls.append(clock.now))
    clock.run(1.9)
    assert calls == []
    clock.run(10)

    assert calls == [2.0]
