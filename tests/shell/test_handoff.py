"""The token reaches the scripts of the page of the right origin, before they run, and nobody else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.core.origin import Origin
from kiosk.shell.engines.scripts import literal
from kiosk.shell.protocol import HandOver, OpenWidget, Ready, ShowPage
from tests.shell.conftest import START
from tests.shell.pages_server import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site

gui = pytest.mark.gui

AWKWARD = "</script><!-- \u2028\u2029 \" ' \\ ${x} 😀 é"
HANDOFF = {"token": "canary.token", "userId": AWKWARD, "language": "pt-BR", "feature": "rewards", "itemId": None}
REPORT = "report(typeof enable3Kiosk === 'undefined' ? null : enable3Kiosk)"


@gui
@pytest.mark.both_engines
def test_the_page_has_it_before_its_first_script_runs(shell: Shell, site: Site):
    """Five times, from our own page to the visit's, as in life: some engines change the process in between."""
    url = site.page("/", "<h1>x", REPORT)
    for visit in range(1, 6):
        shell.send(ShowPage("loading", "en"))
        shell.send(OpenWidget(visit, url, {**HANDOFF, "token": f"token {visit}"}))
        assert site.report() == {"version": 1, **HANDOFF, "token": f"token {visit}"}
        shell.until_painted()


@gui
@pytest.mark.both_engines
def test_without_a_handoff_there_is_none(shell: Shell, site: Site):
    url = site.page("/", "<h1>x", REPORT)
    shell.send(OpenWidget(1, url, HANDOFF))
    assert site.report() is not None
    shell.send(OpenWidget(2, url))

    assert site.report() is None


@gui
@pytest.mark.both_engines
def test_another_origin_never_gets_it(open_shell: Callable[..., Shell], site: Site, other_site: Site):
    """Allowed as it is: neither when the page goes there, nor in a frame; and the page has it again when it is back."""
    back = site.page("/back", "<h1>back", REPORT)
    other_site.page("/", "<h1>other", f"{REPORT}.then(() => {{ location.href = {back!r} }})")
    other_site.page("/frame", "frame", REPORT)
    frame = f"<iframe src={other_site.origin}/frame></iframe>"
    go = f"setTimeout(() => {{ location.href = '{other_site.origin}/' }}, 500)"
    shell = open_shell(replace(START, allow=[other_site.origin]))
    shell.send(OpenWidget(1, site.page("/", frame, f"{REPORT}; {go}"), HANDOFF))

    assert site.report()["token"] == "canary.token"
    assert [other_site.report(), other_site.report()] == [None, None]
    assert site.report()["token"] == "canary.token"


@gui
@pytest.mark.both_engines
def test_a_redirect_to_another_origin_does_not_take_it_along(
    open_shell: Callable[..., Shell], site: Site, other_site: Site
):
    other_site.page("/", "<h1>other", REPORT)
    shell = open_shell(replace(START, allow=[other_site.origin]))
    shell.send(OpenWidget(1, site.redirect("/", other_site.origin + "/"), HANDOFF))

    assert other_site.report() is None


@gui
@pytest.mark.both_engines
def test_a_renewed_token_replaces_the_old_one_and_is_announced(shell: Shell, site: Site):
    script = f"""
        {REPORT};
        addEventListener('enable3kiosk:renew', () => {{ report(enable3Kiosk.token); }});
    """
    shell.send(OpenWidget(1, site.page("/", "<h1>x", script), HANDOFF))
    assert site.report()["token"] == "canary.token"

    for token in ("second", "third"):
        shell.send(HandOver(1, {**HANDOFF, "token": token}))
        assert site.report() == token


@gui
@pytest.mark.both_engines
def test_a_page_that_is_loaded_again_has_the_renewed_token(shell: Shell, site: Site):
    script = f"{REPORT}; addEventListener('enable3kiosk:renew', () => location.reload())"
    shell.send(OpenWidget(1, site.page("/", "<h1>x", script), HANDOFF))
    assert site.report()["token"] == "canary.token"
    shell.send(HandOver(1, {**HANDOFF, "token": "second"}))

    assert site.report()["token"] == "second"


@gui
@pytest.mark.both_engines
def test_a_token_for_another_visit_is_dropped(shell: Shell, site: Site):
    script = "addEventListener('enable3kiosk:renew', () => report(enable3Kiosk.token))"
    shell.send(OpenWidget(2, site.page("/", "<h1>x", script), HANDOFF))
    shell.until_painted()
    shell.send(HandOver(1, {**HANDOFF, "token": "late"}))
    shell.send(HandOver(2, {**HANDOFF, "token": "right"}))

    assert site.report() == "right"


@gui
@pytest.mark.both_engines
def test_the_pages_scripts_cannot_change_it(shell: Shell, site: Site):
    script = """
        enable3Kiosk.token = 'x';
        try { window.enable3Kiosk = {} } catch {}
        try { Object.defineProperty(window, 'enable3Kiosk', {value: 1}); report('changed'); }
        catch { report(enable3Kiosk); }
    """
    shell.send(OpenWidget(1, site.page("/", "<h1>x", script), HANDOFF))

    assert site.report() == {"version": 1, **HANDOFF}


@gui
@pytest.mark.both_engines
def test_storage_works_within_a_visit(shell: Shell, site: Site):
    answer = "if (e.request.url.endsWith('/anything')) e.respondWith(new Response('from the worker'))"
    worker = f"addEventListener('fetch', (e) => {{ {answer} }})"
    site.pages["/worker.js"] = Answer(worker, headers={"Content-Type": "text/javascript"})
    script = """
        (async () => {
          const before = [localStorage.visits, sessionStorage.visits, document.cookie];
          localStorage.visits = sessionStorage.visits = document.cookie = 'visits=1';
          const database = await new Promise((done, fail) => {
            const opening = indexedDB.open('visits', 1);
            opening.onupgradeneeded = () => opening.result.createObjectStore('s').put('kept', 'k');
            opening.onsuccess = () => done(opening.result); opening.onerror = () => fail(opening.error);
          });
          const kept = await new Promise((done) => {
            database.transaction('s').objectStore('s').get('k').onsuccess = (e) => done(e.target.result);
          });
          await (await caches.open('c')).put('/cached', new Response('cached'));
          await navigator.serviceWorker.register('/worker.js');
          await navigator.serviceWorker.ready;
          const cached = await (await caches.match('/cached')).text();
          await report([before, localStorage.visits, kept, cached]);
        })().catch((e) => report(String(e)));
    """
    shell.send(OpenWidget(1, site.page("/", "<h1>x", script)))
    first = [[None, None, ""], "visits=1", "kept", "cached"]
    assert site.report() == first

    ask = "fetch('/anything').then((r) => r.text()).then((t) => report([t, localStorage.visits]))"
    site.page("/second", "<h1>x", ask)
    shell.send(OpenWidget(1, site.origin + "/second"))
    assert site.report() == ["from the worker", "visits=1"]


@gui
@pytest.mark.both_engines
def test_the_next_shell_knows_nothing_of_the_last_visit(open_shell: Callable[..., Shell], site: Site):
    script = "report([localStorage.x, document.cookie]); localStorage.x = 1; document.cookie = 'x=1; max-age=999'"
    url = site.page("/", "<h1>x", script)
    for _ in range(2):
        shell = open_shell()
        shell.expect(Ready)
        shell.send(OpenWidget(1, url))
        assert site.report() == [None, ""]
        shell.process.kill()


def test_a_literal_is_safe_in_any_text_around_it():
    text = literal(AWKWARD)

    assert text.isascii()
    assert "<" not in text
    assert json.loads(text) == AWKWARD


def test_an_origin_is_compared_as_the_browser_writes_it():
    assert str(Origin("https", "example.com", 443)) == "https://example.com"
    assert str(Origin("http", "::1", 8080)) == "http://[::1]:8080"
