"""Section H: pages that use up the machine, or that crash what shows them, in a real window."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psutil
import pytest

from kiosk.shell.protocol import Cover, Covered, LoadFailed, RendererGone, ShowPage

if TYPE_CHECKING:
    from tests.breakouts.lab import Lab

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

FLOODS = {
    "history": "for (let i = 0; i < 5000; i++) try { history.pushState(i, '', '#' + i) } catch {}",
    "hash": "for (let i = 0; i < 2000; i++) location.hash = i",
    "navigation": "for (let i = 0; i < 2000; i++) location.href = 'https://evil.example/' + i",
    "windows": "for (let i = 0; i < 2000; i++) open('/' + i)",
    "print": "for (let i = 0; i < 500; i++) print()",
    "downloads": "const a = document.createElement('a'); a.href = 'data:x/y,canary'; a.download = 'canary';"
    " for (let i = 0; i < 500; i++) a.click()",
    "frames": "for (let i = 0; i < 200; i++) stage.append(document.createElement('iframe'))",
    "workers": "const url = URL.createObjectURL(new Blob(['for (;;);']));"
    " globalThis.busy = []; for (let i = 0; i < 4; i++) busy.push(new Worker(url)); await wait(0.3);"
    " for (const worker of busy) worker.terminate()",
    "permissions": "for (let i = 0; i < 500; i++) navigator.geolocation.getCurrentPosition(() => {})",
    "console": "for (let i = 0; i < 20000; i++) console.log('x'.repeat(1000))",
    "title": "for (let i = 0; i < 5000; i++) document.title = 'x'.repeat(10000) + i",
    "text": "stage.textContent = 'x'.repeat(2e5)",
    "images": "const c = document.createElement('canvas'); c.width = c.height = 30000;"
    " c.getContext('2d')?.fillRect(0, 0, 9, 9)",
    "large image": "const i = new Image(); i.src = 'data:image/svg+xml,' + encodeURIComponent("
    '\'<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"/>\'); stage.append(i)',
    "graphics": "for (let i = 0; i < 40; i++) document.createElement('canvas').getContext('webgl')",
    "lost graphics": "const gl = document.createElement('canvas').getContext('webgl');"
    " gl?.getExtension('WEBGL_lose_context')?.loseContext()",
    "sockets": "for (let i = 0; i < 300; i++) try { new WebSocket('ws://' + location.host + '/' + i) } catch {}",
}


@pytest.mark.breakout(96, 112, 120)
@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_leaves_the_kiosk_and_its_page_where_they_are(lab: Lab, flood: str):
    lab.run(FLOODS[flood] + "; await wait(0.05)", click=flood == "windows", patience=25)
    lab.shell.send(ShowPage("warning", "en", data={"seconds": 20}))
    lab.until(lambda: lab.shows("warning"))

    assert [event for event in lab.shell.events[lab.began :] if isinstance(event, LoadFailed | RendererGone)] == []


@pytest.mark.breakout(96, 120)
@pytest.mark.parametrize(
    "flood",
    [
        "for (let i = 0; i < 2000; i++) { alert(i); confirm(i); prompt(i) }",
        "addEventListener('beforeunload', (event) => event.preventDefault()); for (;;) alert('stay')",
        "for (let i = 0; i < 3000; i++) document.cookie = 'c' + i + '=' + 'x'.repeat(3000)",
    ],
    ids=["dialogs", "stay", "cookies"],
)
def test_a_flood_that_a_page_does_not_come_back_from_is_left(lab: Lab, flood: str):
    lab.begin(flood)
    lab.shell.send(ShowPage("warning", "en", data={"seconds": 20}))
    lab.until(lambda: lab.shows("warning"))
    lab.shell.send(Cover())
    lab.shell.expect(Covered)
    lab.is_spent = True


@pytest.mark.breakout(120, 121)
def test_a_page_that_hangs_does_not_hold_the_window(lab: Lab):
    lab.begin("for (;;);")
    lab.shell.send(ShowPage("warning", "en", data={"seconds": 20}))
    lab.until(lambda: lab.shows("warning"))
    lab.shell.send(Cover())
    lab.shell.expect(Covered)
    lab.is_spent = True


@pytest.mark.breakout(122)
def test_what_a_page_stores_is_bounded_and_in_the_visits_folder(lab: Lab):
    quota = lab.run("return (await navigator.storage?.estimate?.())?.quota ?? null")
    stored = lab.run(
        "const cache = await caches.open('x').catch(() => null); let stored = 0;"
        " for (; stored < 20 && cache; stored++) await cache.put('/' + stored, new Response(new Uint8Array(1e6)));"
        " try { for (let i = 0; i < 20; i++) localStorage.setItem('k' + i, 'x'.repeat(1e6)) } catch (error) {"
        " return [stored, error.name] } return [stored, 'unbounded']",
        patience=20,
    )

    assert stored[1] == "QuotaExceededError"
    assert quota is None or quota < psutil.disk_usage(str(lab.shell.process.folder)).total
    assert lab.written_elsewhere() == []


@pytest.mark.breakout(125)
def test_nothing_that_is_tapped_during_the_wipe_reaches_the_page(lab: Lab):
    lab.run("globalThis.heard = 0; addEventListener('pointerdown', () => fetch('/canary-heard'), true)")
    lab.shell.send(Cover())
    lab.shell.expect(Covered)
    for _ in range(5):
        lab.click()
    time.sleep(0.2)

    assert "/canary-heard" not in lab.attacker.asked
