"""What the visit's page may load, as WebKit's content rules: compiled by WebKit, and there before the page is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC

_NAME: Final = "kiosk"


class ContentRules:
    """The rules of one view. Compiled, they lie in the visit's folder."""

    def __init__(self, cocoa: Cocoa, *, folder: Path, controller: ObjC) -> None:
        """Have none yet."""
        where = folder / "content-rules"
        where.mkdir(exist_ok=True)
        self._store = cocoa.WKContentRuleListStore.storeWithURL_(cocoa.NSURL.fileURLWithPath_(str(where)))
        self._controller = controller
        self._wanted = ""

    @property
    def is_possible(self) -> bool:
        """Whether this WebKit compiles rules."""
        return self._store is not None

    def use(self, rules: str, *, ready: Callable[[], None], failed: Callable[[], None]) -> None:
        """Have `rules` (JSON) hold, and no others, then call `ready`; without them, `failed`."""
        if rules == self._wanted:
            ready()
            return
        self._wanted = ""
        self._controller.removeAllContentRuleLists()

        def compiled(compiled_rules: ObjC, _error: ObjC) -> None:
            if compiled_rules is None:
                failed()
                return
            self._controller.addContentRuleList_(compiled_rules)
            self._wanted = rules
            ready()

        self._store.compileContentRuleListForIdentifier_encodedContentRuleList_completionHandler_(
            _NAME, rules, compiled
        )
