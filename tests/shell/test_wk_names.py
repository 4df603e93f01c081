"""Every Objective-C name that the adapter for WKWebView uses exists, and pyobjc can call it or be called by it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from kiosk.shell.engines import wk_delegate, wk_errors, wk_people, wk_presentation, wk_questions, wk_settings
from tests.shell.wk_interfaces import VENDOR, block_of, find, interfaces, is_function, pyobjc, selector_of, value_of

ENGINES = Path(wk_delegate.__file__).parent
MODULES = sorted([*ENGINES.glob("wk_*.py"), ENGINES / "wkwebview.py"])
TREES = {module.name: ast.parse(module.read_text("utf-8")) for module in MODULES}

NOT_FRAMEWORKS = {"call_after", "proxy", "pywebview_of", "subclass", "super_of"}
"""What wk_cocoa.Cocoa has of its own."""

LIBRARY = {"b64decode", "callAfter", "compile", "expire", "feed", "monotonic", "registerMetaDataForSelector", "super"}
"""Functions of Python's library, of pyobjc and of kiosk.core that the adapter calls."""

EVERY_SELECTOR = {
    selector for each in interfaces().values() for methods in (each.instance, each.static) for selector in methods
}
OURS = {"screensChanged:", "cameFront:", "leftFront:", "menuOpened:", "menuClosed:"}
"""Selectors that only NSNotificationCenter calls, as it is told."""


def names_of(kind: type[ast.AST]) -> list[tuple[str, ast.AST]]:
    return [(module, node) for module, tree in TREES.items() for node in ast.walk(tree) if isinstance(node, kind)]


def python_names() -> set[str]:
    """Return what functions, methods and classes of Python the engines have, besides those named like selectors."""
    defined: set[str] = set()
    for path in ENGINES.parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.endswith("_"):
                defined.add(node.name)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                defined.add(node.attr)
    builtins = {name for kind in (str, bytes, dict, set, list, tuple, int, re.Pattern, Path) for name in dir(kind)}
    return defined | builtins | LIBRARY


def framework_names() -> list[str]:
    found = set()
    for _module, node in names_of(ast.Attribute):
        of = node.value
        is_cocoa = isinstance(of, ast.Name) and of.id in {"cocoa", "network"}
        is_cocoa = is_cocoa or (isinstance(of, ast.Attribute) and of.attr in {"_cocoa", "cocoa"})
        if is_cocoa and node.attr not in NOT_FRAMEWORKS:
            found.add(node.attr)
    texts = [node.value for _module, node in names_of(ast.Constant) if isinstance(node.value, str)]
    return sorted(found | {text for text in texts if re.fullmatch(r"NS(URLError|Pasteboard)[A-Z]\w+", text)})


def called_selectors() -> list[str]:
    """Return what the adapter calls: what ends with an underscore or has a capital in it, and is no Python of ours."""
    ours = python_names()
    found = set()
    for _module, node in names_of(ast.Call):
        if isinstance(node.func, ast.Attribute) and not node.func.attr.startswith("__"):
            name = node.func.attr
            is_selector = name.endswith("_") or "_" not in name.lstrip("_")  # pyobjc's way: one for each colon
            if is_selector and name not in ours and not is_function(name) and name not in NOT_FRAMEWORKS:
                found.add(selector_of(name))
    return sorted(found)


def written_selectors() -> list[str]:
    """Return what stands in the adapter as a text that is a selector, with its colons."""
    texts = [node.value for _module, node in names_of(ast.Constant) if isinstance(node.value, str)]
    written = {text for text in texts if re.fullmatch(r"_?[a-z][a-z]*[A-Z]\w*(:\w+)*:", text)}
    readers = {row[1] for table in tables() for row in table}
    return sorted((written | readers) - OURS)


def tables() -> list[tuple[tuple[str, str, bool, object], ...]]:
    return [wk_settings.PREFERENCES, wk_settings.HIDDEN_PREFERENCES, wk_settings.VIEW, wk_settings.CONFIGURATION]


def own_methods() -> list[tuple[str, ast.FunctionDef]]:
    """Return the functions that AppKit and WebKit call, by module."""
    functions = names_of(ast.FunctionDef)
    return [(module, node) for module, node in functions if node.name.endswith("_") and not node.name.endswith("__")]


def test_there_is_something_to_check():
    assert len(framework_names()) > 60
    assert len(called_selectors()) > 120
    assert len(written_selectors()) > 60
    assert len(own_methods()) > 45


@pytest.mark.parametrize("name", framework_names())
def test_a_name_of_a_framework_is_one_that_pyobjc_has(name: str):
    if name in interfaces() or is_function(name):
        return
    value_of(name)  # KeyError if there is none


@pytest.mark.parametrize("selector", sorted({*called_selectors(), *written_selectors()}))
def test_a_selector_is_one_that_some_class_has(selector: str):
    assert selector in EVERY_SELECTOR


@pytest.mark.parametrize(("module", "node"), own_methods(), ids=lambda each: getattr(each, "name", ""))
def test_a_method_of_ours_is_one_that_is_called(module: str, node: ast.FunctionDef):
    selector = selector_of(node.name)
    if selector in OURS:
        return
    kinds = {
        "wk_application.py": ("NSApplication",),
        "wk_delegate.py": ("WKNavigationDelegate",),
        "wk_questions.py": ("WKUIDelegate",),
        "wk_script.py": ("WKScriptMessageHandler",),
        "wk_stage.py": ("NSView",),
        "wk_view.py": ("WKWebView",),
    }[module]
    assert any(find(kind, selector) is not None for kind in kinds)
    assert len(node.args.args) == selector.count(":") + 1
    if "andler:" in selector:
        assert block_of("NSObject", selector, selector.count(":") - 1) is not None


def test_what_takes_a_block_is_known_to_pyobjc():
    """Without metadata pyobjc can make no block of a Python function."""
    wanted = {
        ("WKWebView", "evaluateJavaScript:inFrame:inContentWorld:completionHandler:"): ["@", "@"],
        ("WKWebView", "requestMediaPlaybackStateWithCompletionHandler:"): ["q"],
        ("WKWebView", "setAllMediaPlaybackSuspended:completionHandler:"): [],
        (
            "WKContentRuleListStore",
            "compileContentRuleListForIdentifier:encodedContentRuleList:completionHandler:",
        ): ["@", "@"],
        ("NSTimer", "timerWithTimeInterval:repeats:block:"): ["@"],
        ("CATransaction", "setCompletionBlock:"): [],
    }
    for (kind, selector), types in wanted.items():
        assert block_of(kind, selector, selector.count(":") - 1) == types


def test_the_numbers_are_those_of_the_frameworks():
    numbers = {
        **{f"NSEventType{name}": number for name, number in EVENT_TYPES.items()},
        "NSEventModifierFlagControl": 1 << 18,
        "NSEventModifierFlagOption": 1 << 19,
        "NSEventModifierFlagCommand": 1 << 20,
        "NSEventModifierFlagShift": 1 << 17,
        "NSDragOperationNone": 0,
        "NSApplicationActivationPolicyRegular": 0,
        "NSApplicationActivationPolicyAccessory": 1,
        "NSUpArrowFunctionKey": 0xF700,
        "NSLeftArrowFunctionKey": 0xF702,
        "NSRightArrowFunctionKey": 0xF703,
        "NSNotFound": 2**63 - 1,
        "WKNavigationActionPolicyCancel": wk_delegate.CANCEL,
        "WKNavigationActionPolicyAllow": wk_delegate.ALLOW,
        "WKNavigationResponsePolicyCancel": wk_delegate.CANCEL,
        "WKNavigationResponsePolicyAllow": wk_delegate.ALLOW,
        "WKPermissionDecisionDeny": wk_questions.DENY,
        "NSURLSessionAuthChallengeUseCredential": wk_delegate.USE_CREDENTIAL,
        "NSURLSessionAuthChallengePerformDefaultHandling": wk_delegate.DEFAULT_HANDLING,
        "NSURLSessionAuthChallengeCancelAuthenticationChallenge": wk_delegate.CANCEL_CHALLENGE,
        "NSURLSessionAuthChallengeRejectProtectionSpace": wk_delegate.REJECT_SPACE,
        "WebKitErrorFrameLoadInterruptedByPolicyChange": wk_errors._STOPPED,
    }
    known = {name: value_of(name) for name in numbers if any(name in each["enums"] for each in FRAMEWORKS)}
    assert {name: numbers[name] for name in known} == known
    assert set(numbers) - set(known) <= {"WebKitErrorFrameLoadInterruptedByPolicyChange", "NSNotFound"}


def test_the_presentation_options_are_those_of_appkit():
    names = {
        option: "NSApplicationPresentation" + "".join(part.title() for part in str(option.name).split("_"))
        for option in wk_presentation.Presentation
    }
    assert {name: value_of(name) for name in names.values()} == {name: int(option) for option, name in names.items()}


FRAMEWORKS = list(pyobjc()["names"].values())
EVENT_TYPES = {
    "LeftMouseDown": wk_people.LEFT_DOWN,
    "LeftMouseUp": wk_people.LEFT_UP,
    "RightMouseDown": wk_people.RIGHT_DOWN,
    "RightMouseUp": wk_people.RIGHT_UP,
    "MouseMoved": wk_people.MOVED,
    "LeftMouseDragged": wk_people.LEFT_DRAGGED,
    "RightMouseDragged": wk_people.RIGHT_DRAGGED,
    "KeyDown": wk_people.KEY_DOWN,
    "KeyUp": wk_people.KEY_UP,
    "SystemDefined": wk_people.SYSTEM_DEFINED,
    "Rotate": wk_people.ROTATE,
    "BeginGesture": wk_people.BEGIN_GESTURE,
    "EndGesture": wk_people.END_GESTURE,
    "ScrollWheel": wk_people.SCROLL,
    "OtherMouseDown": wk_people.OTHER_DOWN,
    "OtherMouseUp": wk_people.OTHER_UP,
    "OtherMouseDragged": wk_people.OTHER_DRAGGED,
    "Gesture": wk_people.GESTURE,
    "Magnify": wk_people.MAGNIFY,
    "Swipe": wk_people.SWIPE,
    "SmartMagnify": wk_people.SMART_MAGNIFY,
    "QuickLook": wk_people.QUICK_LOOK,
    "Pressure": wk_people.PRESSURE,
}


def test_the_note_names_what_is_vendored():
    note = (VENDOR / "README.md").read_text("utf-8")
    assert {file.name for file in VENDOR.iterdir()} == {
        *re.findall(r"^\| `([\w.]+)` \|", note, re.MULTILINE),
        "README.md",
    }
