"""Scripts that are put into pages of Qt WebEngine before their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWebEngineCore import QWebEngineScript

if TYPE_CHECKING:
    from PySide6.QtWebEngineCore import QWebEnginePage

OUR_WORLD = int(QWebEngineScript.ScriptWorldId.ApplicationWorld)
THEIR_WORLD = int(QWebEngineScript.ScriptWorldId.MainWorld)


def make_script(name: str, source: str, world: int, *, sub_frames: bool = False) -> QWebEngineScript:
    """Return a script that runs when a document is made."""
    script = QWebEngineScript()
    script.setName(name)
    script.setSourceCode(source)
    script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
    script.setWorldId(world)
    script.setRunsOnSubFrames(sub_frames)
    return script


def put_script(page: QWebEnginePage, name: str, source: str, *, sub_frames: bool = False) -> None:
    """Have `source` run in our world in every document of `page` from now on, in place of the last one so named."""
    remove_script(page, name)
    page.scripts().insert(make_script(name, source, OUR_WORLD, sub_frames=sub_frames))


def remove_script(page: QWebEnginePage, name: str) -> None:
    """Have no script of that name run any more."""
    for old in page.scripts().find(name):
        page.scripts().remove(old)
