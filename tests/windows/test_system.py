"""What this program asks of Windows by ctypes, asked."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import uuid
from ctypes import wintypes

import pytest

from kiosk.core.origin import parse_origin
from kiosk.core.secret import Secret
from kiosk.crash_dumps import forbid_core_dumps
from kiosk.credentials import KeyringStore
from kiosk.errors import CredentialsMissing, LockdownFailed
from kiosk.ops.windows_layers import ROWS, judge
from kiosk.shell.engines import wv2_registry

if sys.platform == "win32":
    import winreg

    from kiosk.ops.windows_machine import read_machine
    from kiosk.shell.engines.wv2_desktop import Desktop
    from kiosk.shell.engines.wv2_hook import Hooks

PATIENCE = 20.0

JOB = """\
import subprocess, sys
from kiosk.shell.job import join_own_job
join_own_job()
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
sys.stdin.read()
"""


def wait_for_end(pid: int, milliseconds: int) -> bool:
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(kernel.OpenProcess(0x00100000, False, pid))  # SYNCHRONIZE
    if not handle:
        return True
    try:
        return kernel.WaitForSingleObject(handle, milliseconds) == 0
    finally:
        kernel.CloseHandle(handle)


def test_what_a_shell_started_ends_with_it_however_it_ends():
    shell = subprocess.Popen([sys.executable, "-c", JOB], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    child = int(shell.stdout.readline())
    assert not wait_for_end(child, 0)

    shell.kill()
    shell.communicate()
    assert wait_for_end(child, 10_000)


def test_the_hooks_are_set_and_taken_away():
    hooks = Hooks(window=0, passes=lambda _: True, deny=lambda _: None)

    assert hooks.install()
    handles = list(hooks._hooks)
    hooks.remove()
    unhook = ctypes.WinDLL("user32").UnhookWindowsHookEx
    assert not any(unhook(ctypes.c_void_p(handle)) for handle in handles)


def test_a_key_of_the_desktops_is_taken_before_windows_hears_of_it_and_a_letter_is_not():
    user32 = ctypes.WinDLL("user32")
    denied = []
    hooks = Hooks(window=0, passes=lambda _: True, deny=denied.append)
    assert hooks.install()
    try:
        for key in (0x41, 0x5B):  # A, the Windows key
            for flags in (0, 2):  # down, up
                user32.keybd_event(key, 0, flags, 0)
                user32.PeekMessageW(ctypes.byref(wintypes.MSG()), None, 0, 0, 1)
    finally:
        hooks.remove()

    assert len(denied) == 1, denied


def test_the_desktop_does_what_it_is_asked():
    desktop = Desktop()

    assert desktop.scale(0) >= 1.0
    desktop.let_others_forward()
    desktop.hold_shortcuts()
    assert desktop.clear_clipboard(0) in {True, False}
    assert desktop.watch_dialogs(0, lambda: None) in {True, False}


def test_the_command_line_of_a_process_is_its_own_or_nothing():
    """Nothing is what wine 8 says, which does not know this question: then the browser does not count as locked."""
    line = Desktop().command_line(os.getpid())

    assert line == "" or "pytest" in line
    assert Desktop().command_line(0) == ""


def test_no_crash_report_is_asked_for():
    forbid_core_dumps()

    kernel = ctypes.WinDLL("kernel32")
    assert kernel.SetErrorMode(0x3) & 0x3 == 0x3


def test_the_machine_is_read_and_judged_without_a_privilege():
    assert [finding.name for finding in judge(read_machine())] == list(ROWS)


def test_the_registry_cannot_override_the_browser():
    program = f"kiosk-{uuid.uuid4().hex}.exe"
    key = min(wv2_registry.REFUSED)
    wv2_registry.refuse_overrides(program=program)
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as made:
        winreg.SetValueEx(made, program, 0, winreg.REG_SZ, "--remote-debugging-port=1")
        try:
            with pytest.raises(LockdownFailed, match="HKCU"):
                wv2_registry.refuse_overrides(program=program)
        finally:
            winreg.DeleteValue(made, program)


@pytest.fixture
def origin():
    return f"https://{uuid.uuid4().hex}.example"


@pytest.fixture
def store(origin):
    kept = KeyringStore(parse_origin(origin))
    yield kept
    kept.delete()


def test_credential_manager_keeps_the_key_replaces_it_and_forgets_it(store):
    with pytest.raises(CredentialsMissing):
        store.read()
    for key in ("first", "k" * 512):
        store.write(Secret(key))
        assert store.read().reveal() == key
    assert store.delete()
    assert not store.delete()
    with pytest.raises(CredentialsMissing):
        store.read()


def test_another_process_of_the_account_reads_the_key(store, origin):
    store.write(Secret("canary"))
    code = (
        "import sys; from kiosk.core.origin import parse_origin; from kiosk.credentials import KeyringStore;"
        "print(KeyringStore(parse_origin(sys.argv[1])).read().reveal())"
    )
    found = subprocess.run([sys.executable, "-c", code, origin], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "canary"
