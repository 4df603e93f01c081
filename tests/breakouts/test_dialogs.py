"""Section F: dialogs and other parts of a browser that a page can raise, in a real window.

After each test the screen has the kiosk's one window, and no other program runs: see lab.assert_nothing_came_out.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil
import pytest

from kiosk.shell.protocol import RendererGone
from tests.shell.pages_server import Answer

if TYPE_CHECKING:
    from tests.breakouts.lab import Lab

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

NO = {
    *("AbortError", "InvalidStateError", "NetworkError", "NotAllowedError", "NotFoundError", "NotSupportedError"),
    *("ReferenceError", "SecurityError", "TypeError", "UnknownError", "WrongDocumentError"),
}
"""What a page hears of what it may not have: the first six if there is such a thing, the others if there is none."""

NONE = {*NO, "denied", "pending", False, None}
"""What is no yes; 0 is False."""

# ── files ──


@pytest.mark.breakout(82)
@pytest.mark.parametrize(
    "kind",
    ["", "multiple", "webkitdirectory", "accept='image/*' capture=environment", "accept='.pdf,application/*' multiple"],
)
def test_no_file_can_be_chosen(lab: Lab, kind: str):
    lab.fresh(f"<input type=file {kind}>")
    script = "const input = stage.firstChild; input.click(); await wait(0.2); return [input.files.length, input.value]"

    assert lab.run(script, click=True) == [0, ""]
    lab.denied("file-choosers")


@pytest.mark.breakout(82, 83)
@pytest.mark.parametrize("ask", ["showOpenFilePicker", "showSaveFilePicker", "showDirectoryPicker"])
def test_no_picker_of_the_file_system_opens(lab: Lab, ask: str):
    assert lab.run(f"await {ask}(); return 'opened'", click=True) in NO


DOWNLOADS = {
    "link": "const a = document.createElement('a'); a.href = '/x'; a.download = 'canary.txt'; a.click()",
    "blob": "const a = document.createElement('a'); a.href = URL.createObjectURL(new Blob(['canary']));"
    " a.download = 'canary.txt'; a.click()",
    "data": "const a = document.createElement('a'); a.href = 'data:application/x-canary,canary';"
    " a.download = 'canary.txt'; a.click()",
    "disposition": "location.href = '/attachment'",
    "type": "location.href = '/unknown'",
    "frame": "const f = document.createElement('iframe'); f.src = '/attachment'; stage.append(f)",
    "form": "const f = document.createElement('form'); f.action = '/attachment'; stage.append(f); f.submit()",
    "archive": "location.href = '/archive'",
}


@pytest.mark.breakout(83)
@pytest.mark.parametrize("way", DOWNLOADS)
def test_nothing_is_downloaded(lab: Lab, way: str):
    plain = {"Content-Type": "text/plain", "Content-Disposition": 'attachment; filename="canary.txt"'}
    lab.attacker.pages["/attachment"] = Answer("canary", headers=plain)
    lab.attacker.pages["/unknown"] = Answer("canary", headers={"Content-Type": "application/x-canary"})
    lab.attacker.pages["/archive"] = Answer("PK canary", headers={"Content-Type": "application/zip"})
    lab.run(DOWNLOADS[way] + "; await wait(0.2)", click=True)

    lab.until(lambda: bool(lab.refused() & {"downloads", "navigation"}))  # WebKit asks first whether it may go there
    assert lab.is_where_it_was()


@pytest.mark.breakout(83)
def test_a_ping_of_a_link_goes_nowhere(lab: Lab):
    lab.run(f"const a = document.createElement('a'); a.href = '#x'; a.ping = '{lab.other.origin}/ping'; a.click()")
    lab.run("await wait(0.3)", click=True)

    assert lab.other.asked == []


# ── print, PDF, media ──


@pytest.mark.breakout(84)
@pytest.mark.parametrize(
    "script",
    [
        "print()",
        "const f = document.createElement('iframe'); stage.append(f); f.contentWindow.print()",
        "document.execCommand('print')",
        "for (let i = 0; i < 50; i++) print()",
    ],
    ids=["page", "frame", "command", "often"],
)
def test_no_print_dialog_opens(lab: Lab, script: str):
    assert lab.run(script + "; return 'goes on'", click=True) == "goes on"
    assert lab.is_where_it_was()


PDF = "%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"


@pytest.mark.breakout(85, 114)
@pytest.mark.parametrize(
    "body",
    [
        "<embed src=/canary.pdf type=application/pdf>",
        "<object data=/canary.pdf type=application/pdf>none</object>",
        "<iframe src=/canary.pdf></iframe>",
    ],
    ids=["embed", "object", "iframe"],
)
def test_no_pdf_viewer_opens_inside_a_page(lab: Lab, body: str):
    lab.attacker.pages["/canary.pdf"] = Answer(PDF, headers={"Content-Type": "application/pdf"})
    found = lab.run(f"stage.innerHTML = {json.dumps(body)}; await wait(0.4);return frames.length && frames[0].length")

    assert found == 0
    assert lab.is_where_it_was()


@pytest.mark.breakout(85)
def test_no_pdf_viewer_opens_in_place_of_the_page(lab: Lab):
    lab.attacker.pages["/canary.pdf"] = Answer(PDF, headers={"Content-Type": "application/pdf"})
    lab.run("location.href = '/canary.pdf'; await wait(0.4)")

    lab.denied("downloads")
    assert lab.is_where_it_was()


VIDEO = (
    "const video = document.createElement('video'); video.src = '/x.mp4'; video.controls = true; stage.append(video);"
)


@pytest.mark.breakout(86)
@pytest.mark.parametrize(
    "script",
    [
        VIDEO + "await video.requestPictureInPicture()",
        "await documentPictureInPicture.requestWindow()",
        VIDEO + "video.webkitSetPresentationMode('picture-in-picture')",
        VIDEO + "video.webkitEnterFullscreen()",
        VIDEO + "await video.requestFullscreen()",
        VIDEO + "await video.remote.prompt()",
        VIDEO + "video.webkitShowPlaybackTargetPicker()",
        "await new PresentationRequest('https://screen.example/').start()",
        "await navigator.share({text: 'canary', url: '/'})",
    ],
    ids=[
        "pip",
        "document-pip",
        "webkit-pip",
        "webkit-full-screen",
        "full-screen",
        "remote",
        "airplay",
        "cast",
        "share",
    ],
)
def test_no_medium_leaves_the_page(lab: Lab, script: str):
    assert lab.run(script + "; return 'yes'", click=True) in NONE
    assert lab.run("return [document.fullscreenElement, document.pictureInPictureElement ?? null]") == [None, None]


# ── permissions and devices ──

ASKS = {
    "camera": "await navigator.mediaDevices.getUserMedia({video: true}); return 'yes'",
    "microphone": "await navigator.mediaDevices.getUserMedia({audio: true}); return 'yes'",
    "screen": "await navigator.mediaDevices.getDisplayMedia({video: true, audio: true}); return 'yes'",
    "position": "return await new Promise((r) => navigator.geolocation.getCurrentPosition(r, (e) => r(e.code === 1 ? "
    "'denied' : 'e' + e.code)))",
    "notifications": "const said = await Notification.requestPermission(); return said === 'default' ? 'denied' : said",
    "clipboard": "return await navigator.clipboard.readText()",
    "clipboard items": "return (await navigator.clipboard.read()).length",
    "paste": "const t = document.createElement('textarea'); stage.append(t); t.focus();"
    " return document.execCommand('paste')",
    "midi": "await navigator.requestMIDIAccess({sysex: true}); return 'yes'",
    "hid": "return (await navigator.hid.requestDevice({filters: []})).length",
    "usb": "await navigator.usb.requestDevice({filters: []}); return 'yes'",
    "serial": "await navigator.serial.requestPort(); return 'yes'",
    "bluetooth": "await navigator.bluetooth.requestDevice({acceptAllDevices: true}); return 'yes'",
    "fonts": "return (await queryLocalFonts()).length",
    "idle": "return await IdleDetector.requestPermission()",
    "screens": "await getScreenDetails(); return 'yes'",
    "wake lock": "await navigator.wakeLock.request('screen'); return 'yes'",
    "persistent": "return await navigator.storage.persist()",
    "sensor": "return await new Promise((r) => { const s = new Accelerometer(); s.onreading = () => r('yes');"
    " s.onerror = (e) => r(e.error.name); s.start(); })",
    "motion": "return await DeviceMotionEvent.requestPermission()",
    "pointer": "await document.body.requestPointerLock(); await wait(0.1); return document.pointerLockElement !== null",
    "eye dropper": "await new EyeDropper().open(); return 'yes'",
    "speech": "return await new Promise((r) => { const s = new webkitSpeechRecognition(); s.onstart = () => r('yes');"
    " s.onerror = () => r('denied'); s.start(); })",
    "vr": "return await navigator.xr.isSessionSupported('immersive-vr')",
    "nfc": "await new NDEFReader().scan(); return 'yes'",
    "contacts": "await navigator.contacts.select(['name']); return 'yes'",
    "push": "const r = await navigator.serviceWorker.register('/sw.js');"
    " await r.pushManager.subscribe({userVisibleOnly: true}); return 'yes'",
    "window": "moveTo(9, 9); resizeTo(99, 99); await wait(0.1); return [screenX, innerWidth] + '' !== '0,1280'",
}


@pytest.mark.breakout(91, 92, 117)
@pytest.mark.parametrize("ask", ASKS)
def test_no_device_and_no_permission_is_had(lab: Lab, ask: str):
    assert lab.run(ASKS[ask], click=True) in NONE


NAMES = [
    *("geolocation", "notifications", "push", "midi", "camera", "microphone", "background-fetch", "background-sync"),
    *("persistent-storage", "accelerometer", "gyroscope", "magnetometer", "screen-wake-lock", "clipboard-read"),
    *("clipboard-write", "payment-handler", "idle-detection", "periodic-background-sync", "window-management"),
    *("local-fonts", "display-capture", "captured-surface-control", "local-network-access", "keyboard-lock"),
]


@pytest.mark.breakout(91)
def test_no_permission_is_granted_from_the_start(lab: Lab):
    states = lab.run(
        f"const states = []; for (const name of {json.dumps(NAMES)}) try {{"
        " states.push((await navigator.permissions.query({name, userVisibleOnly: true, sysex: true})).state)"
        "} catch (error) { states.push(error.name) } return states"
    )

    assert len(states) == len(NAMES)
    assert set(states) <= {"denied", "prompt", "TypeError", "NotSupportedError"}


# ── accounts, payment, forms ──

ACCOUNTS = {
    "password": "return await navigator.credentials.get({password: true, mediation: 'required'})",
    "store": "return await navigator.credentials.store(new PasswordCredential({id: 'x', password: 'canary'}))",
    "federated": "return await navigator.credentials.get({identity: {providers: [{configURL: "
    "'https://idp.example/c.json', clientId: 'x'}]}})",
    "otp": "return await navigator.credentials.get({otp: {transport: ['sms']}})",
    "wallet": "return await navigator.credentials.get({digital: {requests: [{protocol: 'openid4vp', data: {}}]}})",
    "pay": "return await new PaymentRequest([{supportedMethods: 'https://pay.example/'}],"
    " {total: {label: 'x', amount: {currency: 'EUR', value: '1'}}}).show()",
    "apple pay": "return new ApplePaySession(3, {}).begin()",
}


@pytest.mark.breakout(93, 94)
@pytest.mark.parametrize("ask", ACCOUNTS)
def test_no_account_and_no_payment_is_asked_for(lab: Lab, ask: str):
    assert lab.run(ACCOUNTS[ask], click=True) in NONE


@pytest.mark.breakout(94)
def test_what_was_typed_into_a_form_is_not_offered_again(lab: Lab):
    form = "<form action=/sent><input name=email autocomplete=email type=email><input type=password name=p><button>"
    lab.fresh(form)
    lab.click()
    lab.run("stage.querySelector('input').focus()")
    lab.shell.xdotool("type", "canary@a.example")
    lab.shell.xdotool("key", "Tab", "c", "a", "n", "a", "r", "y", "Return")
    lab.until(lambda: any(path.startswith("/sent?email=canary") for path in lab.attacker.asked))
    lab.fresh(form)
    lab.run("stage.querySelector('input').focus()")
    lab.shell.xdotool("key", "c", "Down", "Down")

    assert lab.run("await wait(0.2); return [...document.forms[0].elements].map((e) => e.value)") == ["c", "", ""]
    assert lab.windows() == lab.own_windows


@pytest.mark.breakout(95)
@pytest.mark.parametrize(
    "body", ["<textarea spellcheck=true lang=en></textarea>", "<div contenteditable spellcheck=true>x</div>"]
)
def test_no_menu_opens_over_a_misspelt_word(lab: Lab, body: str):
    lab.fresh(body)
    place = "const {x, y} = stage.firstChild.getBoundingClientRect(); stage.firstChild.focus(); return [x, y]"
    x, y = lab.run(place)
    lab.shell.xdotool("type", "mispelt wrod ")
    lab.shell.xdotool("mousemove", str(int(x) + 20), str(int(y) + 52 + 8), "click", "--repeat", "2", "1", "click", "3")
    lab.shell.xdotool("key", "Menu", "shift+F10")

    assert lab.run("await wait(0.2); return 'alive'") == "alive"
    assert lab.windows() == lab.own_windows


# ── pickers ──


@pytest.mark.breakout(97)
@pytest.mark.parametrize("kind", ["color", "date", "datetime-local", "month", "time", "week"])
def test_a_picker_opens_nothing_of_the_systems(lab: Lab, kind: str):
    lab.fresh(f"<input type={kind}>")
    lab.run("const i = stage.firstChild; i.focus(); i.showPicker ? i.showPicker() : i.click()", click=True)
    lab.run("await wait(0.3)")
    lab.shell.xdotool("key", "Escape")
    lab.fresh()

    assert lab.windows() == lab.own_windows


# ── passwords ──


@pytest.mark.breakout(88)
@pytest.mark.parametrize("scheme", ["Basic realm=x", "Digest realm=x, nonce=y", "NTLM", "Negotiate"])
@pytest.mark.parametrize(
    "script",
    [
        "const f = document.createElement('iframe'); f.src = '/secret'; stage.append(f)",
        "fetch('/secret', {credentials: 'include'})",
        "new Image().src = '/secret'",
    ],
    ids=["frame", "request", "image"],
)
def test_no_password_is_asked_for(lab: Lab, scheme: str, script: str):
    lab.attacker.pages["/secret"] = Answer("no", status=401, headers={"WWW-Authenticate": scheme})
    lab.run(script + "; await wait(0.1)")

    lab.until(lambda: "/secret" in lab.attacker.asked)
    assert lab.is_where_it_was()
    assert lab.windows() == lab.own_windows


@pytest.mark.breakout(88)
def test_a_page_behind_a_password_is_none(lab: Lab):
    lab.attacker.pages["/secret"] = Answer("no", status=401, headers={"WWW-Authenticate": "Basic realm=x"})
    lab.begin("location.href = '/secret'")

    lab.until(lambda: "/secret" in lab.attacker.asked)
    assert lab.windows() == lab.own_windows


# ── a renderer that dies, and what the engine would show in its place ──


@pytest.mark.breakout(98, 99)
def test_a_renderer_that_dies_leaves_no_page_of_the_engines(lab: Lab):
    for process in renderers(lab):
        with suppress(psutil.NoSuchProcess):  # some end by themselves when they have nothing to draw
            process.kill()
    while lab.shell.expect(RendererGone).visit != lab.visit:
        pass

    lab.is_spent = True


def renderers(lab: Lab) -> list[psutil.Process]:
    """Return the processes that draw the visit's page; on Qt, which names none, all that draw."""
    found = []
    for process in lab.shell.members()[2:]:
        line = " ".join(process.cmdline())
        if "--type=renderer" in line or "WebKitWebProcess" in line:
            found.append(process)
    return found


@pytest.mark.breakout(100)
@pytest.mark.parametrize(
    "script",
    ["location.href = 'http://127.0.0.1:1/'", "location.href = '/loop'", "location.href = '/empty'"],
    ids=["dead port", "redirect loop", "empty answer"],
)
def test_a_page_that_cannot_be_had_leaves_no_page_of_the_engines(lab: Lab, script: str):
    lab.attacker.redirect("/loop", "/loop")
    lab.attacker.pages["/empty"] = Answer("", status=204)
    assert lab.run(script + "; await wait(0.3); return document.querySelector('h1').innerText") == "attacker"
    assert lab.is_where_it_was()
