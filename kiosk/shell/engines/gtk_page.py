"""A view of WebKitGTK: every question that its page asks is answered here, nothing is left to a default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines import scripts
from kiosk.shell.engines.gtk_script import CHANNEL, WORLD, Scripts
from kiosk.shell.engines.gtk_settings import holds, make_settings
from kiosk.shell.engines.gtk_toolkit import Gdk, GLib, Gtk, WebKit2

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.dialogs import DialogKind

_Decision = WebKit2.PolicyDecisionType
_Dialog = WebKit2.ScriptDialogType
_KINDS: dict[object, DialogKind] = {_Dialog.ALERT: "alert", _Dialog.CONFIRM: "confirm", _Dialog.PROMPT: "prompt"}


class Navigation(NamedTuple):
    """Where a frame wants to go. WebKitGTK does not say which frame; `by_visitor` is what somebody just touched."""

    url: str
    by_visitor: bool
    redirected: bool


class Response(NamedTuple):
    """What a server sends for a frame."""

    status: int
    main_frame: bool
    is_page: bool
    """Whether WebKit would draw it, and not save it."""


class Judge(Protocol):
    """Who decides: the engine adapter."""

    def may_navigate(self, navigation: Navigation, /) -> bool: ...
    def may_show(self, response: Response, /) -> bool: ...
    def deny(self, feature: str, reason: str = "") -> None: ...
    def no_window(self, *, url: str) -> None: ...
    def ask(self, *, kind: DialogKind, text: str, default: str, answer: Callable[[str | None], None]) -> None: ...
    def heard(self, text: str) -> None: ...
    def load_changed(self, event: Any, /) -> None: ...  # noqa: ANN401 - a WebKit2.LoadEvent
    def load_failed(self, url: str, error: Any, /) -> None: ...  # noqa: ANN401 - a GLib.Error
    def tls_failed(self) -> None: ...
    def process_ended(self, reason: str, /) -> None: ...
    def may_pop_up(self) -> bool: ...


class Page:
    """A view and its page, which may show itself and nothing else."""

    def __init__(self, *, context: Any, judge: Judge, background: str, related: Any = None) -> None:  # noqa: ANN401
        """Ask `judge` what this page may; share the process of the view `related`."""
        self._judge = judge
        self._dialog: _Waiting | None = None
        content = WebKit2.UserContentManager()
        content.connect(f"script-message-received::{CHANNEL}", self._message)
        self.hears = content.register_script_message_handler_in_world(CHANNEL, WORLD)
        self.content = content
        self.scripts = Scripts(content)
        self.scripts.put("restrictions", scripts.RESTRICTIONS, sub_frames=True)
        self.settings = make_settings()
        policies = WebKit2.WebsitePolicies(autoplay=WebKit2.AutoplayPolicy.ALLOW)
        others = {"related_view": related} if related is not None else {"web_context": context}
        self.view = WebKit2.WebView(
            user_content_manager=content, settings=self.settings, website_policies=policies, **others
        )
        colour = Gdk.RGBA()
        colour.parse(background)
        self.view.set_background_color(colour)
        for signal in ("decide-policy", "create", "script-dialog", "permission-request", *_REFUSED, *_TOLD):
            self.view.connect(signal, getattr(self, "_on_" + signal.replace("-", "_")))
        self.view.connect("notify::zoom-level", self._zoomed)
        Gtk.Widget.drag_dest_unset(self.view)

    @property
    def locked(self) -> bool:
        """Whether every switch is as it was set."""
        return bool(self.hears) and holds(self.settings)

    @property
    def waits(self) -> bool:
        """Whether the page waits for the answer to a dialog."""
        return self._dialog is not None and not self._dialog.answered

    def run(self, source: str, done: Callable[[], None] | None = None) -> None:
        """Run a script in our world now; call `done` when it ran."""

        def ran(view: Any, result: Any) -> None:  # noqa: ANN401 - GIO's signature
            try:
                view.evaluate_javascript_finish(result)
            except Exception:  # noqa: BLE001 - GLib.Error: the page went away, or threw: then nothing was done
                return
            if done is not None:
                done()

        self.view.evaluate_javascript(source, -1, WORLD, None, None, ran)

    def _message(self, _content: object, result: Any) -> None:  # noqa: ANN401
        value = result.get_js_value()
        if value.is_string():
            self._judge.heard(value.to_string())

    # ── where to ──

    def _on_decide_policy(self, _view: object, decision: Any, kind: object) -> bool:  # noqa: ANN401
        if kind == _Decision.NAVIGATION_ACTION:
            action = decision.get_navigation_action()
            decision.use() if self._judge.may_navigate(_navigation(action)) else decision.ignore()
        elif kind == _Decision.RESPONSE:
            decision.use() if self._judge.may_show(_response(decision)) else decision.ignore()
        else:
            decision.ignore()
            action = decision.get_navigation_action()
            self._judge.deny(LockdownFeature.NEW_WINDOWS, "link")
            if action.is_user_gesture():
                self._judge.no_window(url=action.get_request().get_uri())
        return True

    def _on_create(self, _view: object, action: Any) -> None:  # noqa: ANN401
        """Make no window."""
        self._judge.deny(LockdownFeature.NEW_WINDOWS, "open")
        if action.is_user_gesture():
            self._judge.no_window(url=action.get_request().get_uri())

    # ── what to ask ──

    def _on_script_dialog(self, _view: object, dialog: Any) -> bool:  # noqa: ANN401
        kind = _KINDS.get(dialog.get_dialog_type())
        if kind is None:  # whether to leave: yes
            dialog.confirm_set_confirmed(True)
            return True
        default = dialog.prompt_get_default_text() if kind == "prompt" else ""
        self._dialog = waiting = _Waiting(dialog, kind)
        self._judge.ask(kind=kind, text=dialog.get_message() or "", default=default or "", answer=waiting.answer)
        waiting.hold()
        return True

    def _on_permission_request(self, _view: object, request: Any) -> bool:  # noqa: ANN401
        request.deny()
        self._judge.deny(LockdownFeature.PERMISSIONS, type(request).__name__.removesuffix("PermissionRequest"))
        return True

    def _on_query_permission_state(self, _view: object, query: Any) -> bool:  # noqa: ANN401
        query.finish(WebKit2.PermissionState.DENIED)
        return True

    # ── what is refused ──

    def _on_run_file_chooser(self, _view: object, request: Any) -> bool:  # noqa: ANN401
        request.cancel()
        self._judge.deny(LockdownFeature.FILE_CHOOSERS)
        return True

    def _on_run_color_chooser(self, _view: object, request: Any) -> bool:  # noqa: ANN401
        request.cancel()  # a window of the toolkit's, with fields to type in
        return True

    def _on_show_option_menu(self, _view: object, menu: Any, *_where: object) -> bool:  # noqa: ANN401
        if self._judge.may_pop_up():
            return False
        menu.close()
        return True

    def _on_print(self, *_arguments: object) -> bool:
        self._judge.deny(LockdownFeature.PRINT)
        return True

    def _on_enter_fullscreen(self, *_arguments: object) -> bool:
        self._judge.deny(LockdownFeature.FULLSCREEN_REQUESTS)
        return True

    def _on_context_menu(self, *_arguments: object) -> bool:
        self._judge.deny(LockdownFeature.CONTEXT_MENU)
        return True

    def _on_show_notification(self, *_arguments: object) -> bool:
        self._judge.deny(LockdownFeature.PERMISSIONS, "Notification")
        return True

    def _on_authenticate(self, _view: object, request: Any) -> bool:  # noqa: ANN401
        if request.get_scheme() is WebKit2.AuthenticationScheme.CLIENT_CERTIFICATE_REQUESTED:
            request.authenticate(None)  # goes on without one: some servers ask everybody
        else:
            request.cancel()
        self._judge.deny(LockdownFeature.AUTHENTICATION, request.get_scheme().value_nick)
        return True

    def _on_user_message_received(self, *_arguments: object) -> bool:
        return True  # we have no extension in the page's process

    def _on_close(self, *_arguments: object) -> None:
        self._judge.deny(LockdownFeature.NEW_WINDOWS, "close")

    def _on_submit_form(self, _view: object, request: Any) -> None:  # noqa: ANN401
        request.submit()  # where to is decided as a navigation; nothing that was typed is looked at

    def _on_insecure_content_detected(self, *_arguments: object) -> None:
        self._judge.deny(LockdownFeature.TLS_ERRORS, "insecure content")

    def _on_drag_begin(self, _view: object, drag: Any) -> None:  # noqa: ANN401
        Gtk.drag_cancel(drag)
        self._judge.deny(LockdownFeature.DRAG_AND_DROP)

    def _zoomed(self, view: Any, _name: object) -> None:  # noqa: ANN401
        if view.get_zoom_level() != 1.0:
            view.set_zoom_level(1.0)

    # ── what happens ──

    def _on_load_changed(self, _view: object, event: object) -> None:
        self._judge.load_changed(event)

    def _on_load_failed(self, _view: object, _event: object, url: str, error: object) -> bool:
        self._judge.load_failed(url, error)
        return True  # no page of WebKit's own

    def _on_load_failed_with_tls_errors(self, _view: object, _url: str, _certificate: object, errors: Any) -> bool:  # noqa: ANN401
        self._judge.deny(LockdownFeature.TLS_ERRORS, " ".join(set(errors.value_nicks) - {"no-flags"}))
        self._judge.tls_failed()
        return True

    def _on_web_process_terminated(self, _view: object, reason: Any) -> None:  # noqa: ANN401
        self._judge.process_ended(reason.value_nick)


class _Waiting:
    """A page that waits for an answer to its dialog: WebKit lets it go on when the dialog is closed."""

    def __init__(self, dialog: Any, kind: DialogKind) -> None:  # noqa: ANN401 - a WebKit2.ScriptDialog
        self._dialog = dialog.ref()
        self._kind = kind
        self._held = False
        self.answered = False

    def answer(self, text: str | None) -> None:
        """Give the page its answer: None cancels."""
        self.answered = True
        if self._kind == "confirm":
            self._dialog.confirm_set_confirmed(text is not None)
        elif self._kind == "prompt" and text is not None:
            self._dialog.prompt_set_text(text)
        if self._held:
            self._close()

    def hold(self) -> None:
        """Take note that WebKit has asked: it crashes if a dialog is closed before that."""
        self._held = True
        if self.answered:
            GLib.idle_add(self._close, priority=GLib.PRIORITY_HIGH)

    def _close(self) -> bool:
        self._dialog.close()
        self._dialog = None
        return False


_REFUSED = (
    "authenticate",
    "close",
    "context-menu",
    "drag-begin",
    "enter-fullscreen",
    "insecure-content-detected",
    "print",
    "query-permission-state",
    "run-color-chooser",
    "run-file-chooser",
    "show-notification",
    "show-option-menu",
    "submit-form",
    "user-message-received",
)
_TOLD = ("load-changed", "load-failed", "load-failed-with-tls-errors", "web-process-terminated")
_PDF = frozenset({"application/pdf", "text/pdf", "application/x-pdf"})


def _navigation(action: Any) -> Navigation:  # noqa: ANN401
    clicked = action.get_navigation_type() == WebKit2.NavigationType.LINK_CLICKED
    by_visitor = clicked or action.is_user_gesture()
    return Navigation(action.get_request().get_uri(), by_visitor, action.is_redirect())


def _response(decision: Any) -> Response:  # noqa: ANN401
    response = decision.get_response()
    headers = response.get_http_headers()
    disposition = (headers.get_one("Content-Disposition") or "") if headers is not None else ""
    attached = disposition.strip().lower().startswith("attachment")
    supported = decision.is_mime_type_supported() and response.get_mime_type() not in _PDF
    return Response(
        response.get_status_code(), decision.is_main_frame_main_resource(), is_page=supported and not attached
    )
