"""From the attract page to a visit that begins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.core.deeplink import START, DeepLink
from kiosk.core.effects import Authenticate, ClearTimer, SetTimer, ShowPage
from kiosk.core.moves.pages import show
from kiosk.core.session import Session, State, Timer, Visit, Wanted

if TYPE_CHECKING:
    from kiosk.core import events
    from kiosk.core.moves.pages import Step


def begin(session: Session, wanted: Wanted) -> Step:
    """Sign `wanted` in. The window in front shows nobody's page."""
    number = session.visits + 1
    link = wanted.link if wanted.link != START else session.link
    visit = Visit(number, wanted.user, link, wanted.language or session.language)
    begun = replace(
        session,
        state=State.SIGNING_IN,
        visits=number,
        visit=visit,
        grant=None,
        failures=0,
        code="",
        page="attract",
        link=START,
        pin=False,
        then=None,
        panel=False,
    )
    timers = [ClearTimer(timer) for timer in (Timer.RETRY, Timer.AWAY, Timer.OPERATOR)]
    return begun, [*show(begun), *timers, SetTimer(Timer.LIMIT, session.settings.visit_limit), Authenticate(visit)]


def begin_here(session: Session, event: events.Begin) -> Step:
    """Sign a visitor in where nobody is."""
    return begin(session, event.wanted)


def begin_from_outside(session: Session, event: events.Begin) -> Step:
    """Sign a visitor in whom the venue's own system names; one who scanned or typed comes too late here."""
    return begin(session, event.wanted) if event.hand_over else (session, [])


def sign_in_asked(session: Session, event: events.SignInAsked) -> Step:
    link = START if event.feature is None else DeepLink(event.feature)
    return _stay(replace(session, page="sign-in", link=link))


def sign_in_refused(session: Session, event: events.SignInRefused) -> Step:
    refused = replace(session, page="sign-in")
    hidden = session.pin or not session.front
    shown = [] if hidden else [ShowPage("sign-in", message=event.reason, wait=event.wait)]
    return refused, [*shown, SetTimer(Timer.AWAY, session.settings.idle_timeout)]


def back_asked(session: Session, _event: events.BackAsked) -> Step:
    return _stay(replace(session, page="attract", link=START))


def language_chosen(session: Session, event: events.LanguageChosen) -> Step:
    return _stay(replace(session, language=event.language))


def activity(session: Session, _event: events.Activity) -> Step:
    """Give who chose something time to go on."""
    chosen = session.page != "attract" or session.language is not None
    return session, [SetTimer(Timer.AWAY, session.settings.idle_timeout)] if chosen else []


def away(session: Session) -> Step:
    """Forget what somebody chose who is gone, here or before the doors closed."""
    fresh = replace(session, page="attract", language=None, link=START)
    return fresh, show(fresh)


def _stay(session: Session) -> Step:
    return session, [*show(session), SetTimer(Timer.AWAY, session.settings.idle_timeout)]
