"""Every .NET name that the webview2 adapter uses is in the assemblies that pywebview ships, with that signature.

mypy sees to it that the adapter uses nothing that is not in the protocols of wv2_core, wv2_args and wv2_forms.
"""

from __future__ import annotations

import ast
import inspect
from importlib.util import find_spec
from pathlib import Path

import pytest

from kiosk.shell.engines import wv2_args, wv2_core, wv2_forms, wv2_settings
from tests.shell.dotnet_metadata import Signature, Type, read_assembly

SPEC = find_spec("webview")
assert SPEC is not None
assert SPEC.origin is not None
SHIPPED = Path(SPEC.origin).parent / "lib"
CORE = "Microsoft.Web.WebView2.Core."
FRAMEWORK = Path("/usr/lib/mono/4.8-api")
"""Microsoft's reference assemblies of .NET Framework 4.8, as Debian's mono packages have them."""

NAMESPACES = (
    "System.Windows.Forms.",
    "System.Windows.Forms.Control.",
    "System.Drawing.",
    "System.",
    "System.ComponentModel.",
)
ABOVE = {"Component", "ContainerControl", "ScrollableControl"}
"""What the types that are used are made of."""

PLAIN = {
    "str": {"string"},
    "bool": {"bool"},
    "int": {"byte", "int", "uint", "long", "ulong"},
    "float": {"double", "float"},
}
OURS = {"Hook", "Task", "Awaiter", "Core", "Forms", "Drawing", "System"}


def protocols(module: object) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
    return {each.name: each for each in tree.body if isinstance(each, ast.ClassDef) and each.name not in OURS}


def agrees(annotation: str, actual: str, types: dict[str, Type]) -> bool:
    """Whether a type of ours stands for `actual`, a type of .NET's."""
    plain = annotation.replace("args.", "").replace(" | None", "").strip()
    if plain.startswith("Read["):
        return agrees(plain[5:-1], actual, types)
    if plain.startswith("Task["):
        return actual.startswith("Task<") and agrees(plain[5:-1], actual[5:-1], types)
    if plain.startswith("Sequence["):
        return actual == plain[9:-1] + "[]"
    if plain == "Value":
        named = [each for each in types.values() if each.name.rpartition(".")[2] == actual]
        return not named or named[0].base == "Enum"
    if plain in {"object", "None"}:
        return True
    return actual in PLAIN.get(plain, {plain})


def problems(name: str, body: ast.ClassDef, types: dict[str, Type], namespaces: tuple[str, ...]) -> list[str]:
    """Return what of a protocol the assemblies do not have."""
    bare = name.removeprefix("Static")
    found = [types[space + bare] for space in namespaces if space + bare in types]
    if not found:
        return [f"there is no {bare}"]
    kinds = lineage(found[0], types, namespaces)
    wrong = []
    for member in body.body:
        if isinstance(member, ast.AnnAssign):
            assert isinstance(member.target, ast.Name)
            wrong += value_problems(member.target.id, ast.unparse(member.annotation), kinds, types)
        elif isinstance(member, ast.FunctionDef):
            wrong += method_problems(member, kinds, types, static=name.startswith("Static"))
    return [f"{bare}.{each}" for each in wrong]


def lineage(kind: Type, types: dict[str, Type], namespaces: tuple[str, ...]) -> list[Type]:
    """Return a type and what it is made of: .NET looks members up there, too."""
    bases = [types[space + kind.base] for space in namespaces if space + kind.base in types]
    return [kind, *(lineage(bases[0], types, namespaces) if bases else [])]


def value_problems(name: str, annotation: str, kinds: list[Type], types: dict[str, Type]) -> list[str]:
    if kinds[0].base == "Enum":
        return [] if name in kinds[0].values else [f"{name} is no value"]
    if annotation.startswith("Hook["):
        return event_problems(name, annotation[5:-1], kinds)
    actual = next((found for kind in kinds if (found := kind.property_type(name))), None)
    if actual is None:
        return [f"{name} cannot be read"]
    wrong = [] if agrees(annotation, actual, types) else [f"{name} is {actual}, not {annotation}"]
    if not annotation.startswith("Read[") and not any(kind.can_be_set(name) for kind in kinds):
        wrong.append(f"{name} cannot be set")
    return wrong


def event_problems(name: str, argument: str, kinds: list[Type]) -> list[str]:
    event = next((kind.events[name] for kind in kinds if name in kind.events), None)
    wanted = argument.replace("args.", "")
    if event is None:
        return [f"{name} is no event"]
    takes = event.removeprefix("EventHandler<").removesuffix(">")
    return [] if takes == wanted or (event == "EventHandler" and wanted == "EventArgs") else [f"{name} has {event}"]


def method_problems(member: ast.FunctionDef, kinds: list[Type], types: dict[str, Type], *, static: bool) -> list[str]:
    name = ".ctor" if member.name == "__call__" else member.name
    annotations = [ast.unparse(each.annotation) for each in member.args.posonlyargs if each.annotation]
    result = ast.unparse(member.returns) if member.returns else "None"
    overloads = [each for kind in kinds for each in kind.methods.get(name, [])]

    def fits(signature: Signature) -> bool:
        if len(signature.takes) != len(annotations):
            return False
        if name != ".ctor" and (signature.static is not static or not agrees_result(result, signature.returns)):
            return False
        return all(agrees(ours, theirs, types) for ours, theirs in zip(annotations, signature.takes, strict=True))

    def agrees_result(ours: str, theirs: str) -> bool:
        return theirs == "void" if ours == "None" else agrees(ours, theirs, types)

    if kinds[0].base == "MulticastDelegate" and result == "object" and annotations[0].startswith("Callable["):
        return []  # how pythonnet makes one of a function
    if any(map(fits, overloads)):
        return []
    return [f"{name}({', '.join(annotations)}) -> {result}: there is {[str(each) for each in overloads]}"]


@pytest.fixture(scope="module")
def core() -> dict[str, Type]:
    return read_assembly(SHIPPED / "Microsoft.Web.WebView2.Core.dll")


@pytest.mark.parametrize("name", [*protocols(wv2_core), *protocols(wv2_args)])
def test_what_is_used_of_webview2_is_in_the_assembly(core: dict[str, Type], name: str):
    body = {**protocols(wv2_core), **protocols(wv2_args)}[name]

    assert problems(name, body, core, (CORE,)) == []


def test_what_the_namespace_has_are_types_of_the_assembly(core: dict[str, Type]):
    assert [name for name in wv2_core.Core.__annotations__ if CORE + name not in core] == []


@pytest.mark.parametrize("name", protocols(wv2_forms))
def test_what_is_used_of_windows_forms_is_in_the_framework(framework: dict[str, Type], name: str):
    body = protocols(wv2_forms)[name]

    assert problems(name, body, framework, NAMESPACES) == []


@pytest.fixture(scope="module")
def framework() -> dict[str, Type]:
    if not FRAMEWORK.exists():
        pytest.skip("the reference assemblies of .NET are not installed: Debian's mono-devel has them")
    found: dict[str, Type] = {}
    names = {name.removeprefix("Static") for name in protocols(wv2_forms)} | ABOVE
    for name in ("System.Windows.Forms", "System.Drawing", "System", "mscorlib"):
        found |= read_assembly(FRAMEWORK / f"{name}.dll", only=names)
    return found


def test_every_switch_that_a_page_has_is_set(core: dict[str, Type]):
    """The user agent alone is left as it is: it is text, and sites go by it."""
    settings = core[CORE + "CoreWebView2Settings"]
    there = {name.removeprefix("set_") for name in settings.methods if name.startswith("set_")}

    assert there - {"UserAgent"} == {*wv2_settings.SETTINGS, "HiddenPdfToolbarItems"}


def test_every_button_of_the_pdf_reader_is_hidden(core: dict[str, Type]):
    buttons = core[CORE + "CoreWebView2PdfToolbarItems"].values

    assert set(buttons) - {"None"} == set(wv2_settings.PDF_BUTTONS)


ANSWERED = {
    "BasicAuthenticationRequested",
    "ClientCertificateRequested",
    "ContainsFullScreenElementChanged",
    "ContextMenuRequested",
    "DownloadStarting",
    "FrameCreated",
    "FrameNavigationStarting",
    "IsDefaultDownloadDialogOpenChanged",
    "IsDocumentPlayingAudioChanged",
    "LaunchingExternalUriScheme",
    "NavigationCompleted",
    "NavigationStarting",
    "NewWindowRequested",
    "NotificationReceived",
    "PermissionRequested",
    "ProcessFailed",
    "SaveAsUIShowing",
    "SaveFileSecurityCheckStarting",
    "ScreenCaptureStarting",
    "ScriptDialogOpening",
    "ServerCertificateErrorDetected",
    "SourceChanged",
    "WebResourceRequested",
    "WindowCloseRequested",
}
HARMLESS = {
    "ContentLoading",
    "DOMContentLoaded",
    "DocumentTitleChanged",
    "FaviconChanged",
    "FrameNavigationCompleted",
    "HistoryChanged",
    "IsMutedChanged",
    "StatusBarTextChanged",
    "WebMessageReceived",
    "WebResourceResponseReceived",
}
"""They tell what happened, and ask nothing."""


def test_every_question_that_a_page_has_is_answered(core: dict[str, Type]):
    """A new SDK with a new question fails here."""
    assert set(core[CORE + "CoreWebView2"].events) == ANSWERED | HARMLESS


def test_every_kind_of_dialog_and_of_ending_is_known(core: dict[str, Type]):
    assert set(core[CORE + "CoreWebView2ScriptDialogKind"].values) == {"Alert", "Confirm", "Prompt", "Beforeunload"}
    assert "RenderProcessUnresponsive" in core[CORE + "CoreWebView2ProcessFailedKind"].values


def test_every_reason_for_a_failed_load_is_one_of_the_assemblys(core: dict[str, Type]):
    from kiosk.shell.engines.wv2_visit import _REASONS  # noqa: PLC0415 - beside the test

    known = core[CORE + "CoreWebView2WebErrorStatus"].values
    assert set(known) - set(_REASONS) == {"Unknown", "UnexpectedError", "OperationCanceled"}
    assert set(_REASONS) <= set(known)
