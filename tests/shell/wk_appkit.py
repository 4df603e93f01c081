"""What AppKit and Foundation do in the adapter's tests, besides keeping properties."""

# ruff: noqa: N802 - methods are named as Objective-C's are

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.shell.wk_fakes import Fake, FakeClass, make, rect

if TYPE_CHECKING:
    from collections.abc import Callable


def url_of(text: str) -> Fake:
    return make("NSURL", absolutestring=text)


class Application(Fake):
    """NSApplication: there is one."""

    @classmethod
    def sharedApplication(cls) -> Fake:
        mac = cls.mac
        mac.app = mac.app or cls()
        return mac.app

    def sendEvent_(self, event: Fake) -> None:
        self.calls.append(("sendEvent:", (event,)))

    def setActivationPolicy_(self, policy: int) -> bool:
        self.kept["policy"] = policy
        return True

    def activateIgnoringOtherApps_(self, _flag: bool) -> None:  # noqa: FBT001
        self.calls.append(("activateIgnoringOtherApps:", ()))

    def setPresentationOptions_(self, options: int) -> None:
        self.kept["presentationoptions"] = options


class Defaults(Fake):
    """NSUserDefaults: the argument domain comes first."""

    @classmethod
    def standardUserDefaults(cls) -> Fake:
        return cls()

    def removeVolatileDomainForName_(self, name: str) -> None:
        self.mac.domains.pop(name, None)

    def setVolatileDomain_forName_(self, domain: dict[str, object], name: str) -> None:
        assert name not in self.mac.domains, "NSInvalidArgumentException"
        self.mac.domains[name] = domain

    def boolForKey_(self, key: str) -> bool:
        return bool(self.mac.domains.get("NSArgumentDomain", {}).get(key, False))


class Pasteboard(Fake):
    """NSPasteboard."""

    @classmethod
    def pasteboardWithName_(cls, name: str) -> Fake:
        return cls.mac.new("NSPasteboard", name=name)

    def clearContents(self) -> int:
        self.mac.copied.pop(self.kept["name"], None)
        return 1


class Timer(Fake):
    """NSTimer."""

    @classmethod
    def timerWithTimeInterval_repeats_block_(
        cls,
        seconds: float,
        repeats: bool,  # noqa: FBT001
        block: Callable[[Fake], None],
    ) -> Fake:
        assert not repeats
        return cls.mac.new("NSTimer", seconds=seconds, block=block)


class RunLoop(Fake):
    """NSRunLoop."""

    @classmethod
    def mainRunLoop(cls) -> Fake:
        return cls()

    def addTimer_forMode_(self, timer: Fake, mode: str) -> None:
        assert mode == "NSRunLoopCommonModes"
        self.mac.later(timer.kept["seconds"], lambda: timer.kept["block"](timer))


class Transaction(Fake):
    """CATransaction."""

    @classmethod
    def begin(cls) -> None:
        cls.done = []

    @classmethod
    def setCompletionBlock_(cls, block: Callable[[], None]) -> None:
        cls.done.append(block)

    @classmethod
    def commit(cls) -> None:
        for block in cls.done:
            cls.mac.later(0.01, block)


class Screen(Fake):
    """NSScreen: two of them."""

    @classmethod
    def screens(cls) -> list[Fake]:
        return [cls.mac.new("NSScreen", frame=rect(1280, 800)), cls.mac.new("NSScreen", frame=rect(1024, 768, 1280, 0))]


class Window(Fake):
    """NSWindow, pywebview's and ours."""

    def initWithContentRect_styleMask_backing_defer_(self, frame: Any, mask: int, _backing: int, _defer: bool) -> Fake:  # noqa: FBT001
        self.kept.update(frame=frame, stylemask=mask)
        return self

    def setFrame_display_(self, frame: Any, _display: bool) -> None:  # noqa: FBT001
        self.kept["frame"] = frame

    def makeFirstResponder_(self, view: Fake | None) -> bool:
        self.kept["firstresponder"] = view
        return True

    def orderFrontRegardless(self) -> None:
        self.mac.shown.append(self)


class View(Fake):
    """NSView: its bounds are those of the first screen."""

    def initWithFrame_(self, _frame: Any) -> Fake:
        return self

    def bounds(self) -> Any:
        return rect(1280, 800)


class Center(Fake):
    """NSNotificationCenter."""

    @classmethod
    def defaultCenter(cls) -> Fake:
        return cls.mac.__dict__.setdefault("center", cls())

    def addObserver_selector_name_object_(self, observer: Fake, selector: str, name: str, _object: None) -> None:
        assert observer.respondsToSelector_(selector)
        self.kept[name] = getattr(observer, selector.replace(":", "_"))


class Request(Fake):
    """NSURLRequest."""

    @classmethod
    def requestWithURL_(cls, url: Fake) -> Fake:
        return cls.mac.new("NSURLRequest", url=url)


class Url(Fake):
    """NSURL."""

    @classmethod
    def URLWithString_(cls, text: str) -> Fake:
        return url_of(text)

    @classmethod
    def fileURLWithPath_(cls, path: str) -> Fake:
        return url_of("file://" + path)


class Bundle(Fake):
    """NSBundle: this program's."""

    @classmethod
    def mainBundle(cls) -> Fake:
        return cls.mac.__dict__.setdefault("bundle", cls())

    @classmethod
    def bundleForClass_(cls, _class: FakeClass) -> Fake:
        return cls()

    def localizedInfoDictionary(self) -> None:
        return None

    def infoDictionary(self) -> dict[str, object]:
        return self.kept.setdefault("info", {})

    def objectForInfoDictionaryKey_(self, key: str) -> str:
        assert key == "CFBundleVersion"
        return "20618.1.15"


class Credential(Fake):
    """NSURLCredential."""

    @classmethod
    def credentialForTrust_(cls, trust: object) -> Fake:
        return cls.mac.new("NSURLCredential", trust=trust)
