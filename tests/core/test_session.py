"""The session: every state, every event, and what always holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk.core.deeplink import DeepLink
from kiosk.core.secret import Secret
from kiosk.core.session import (
    PAINT_LIMIT,
    RESPAWN_CAP,
    RETRY_CAP,
    TRANSITIONS,
    Authenticate,
    Begin,
    ClearTimer,
    Denied,
    Exit,
    Granted,
    HandOver,
    KillShell,
    Open,
    PageFailed,
    Painted,
    RetryAsked,
    Session,
    SetTimer,
    ShellGone,
    ShellReady,
    ShellRefused,
    ShowPage,
    SpawnShell,
    State,
    Stop,
    Timer,
    TimerFired,
    Visit,
    backoff,
    step,
)
from kiosk.core.user_id import UserId
from kiosk.core.widget import Token, Widget
from kiosk.errors import ExitStatus

VISIT = Visit(1, UserId.parse("anna"), DeepLink())
WIDGET = Widget.parse("https://widget.example/?token=t")
TOKEN = Token(Secret("jwt"), 1e9)

ATTRACT = Session(shell_ready=True)
SIGNING_IN = Session(State.SIGNING_IN, shell_ready=True, visit=VISIT)
OPENING = replace(SIGNING_IN, grant=WIDGET)
IN_VISIT = replace(OPENING, state=State.VISIT)
OUT = Session(State.OUT_OF_SERVICE, shell_ready=True, visit=VISIT, code="api.unreachable", failures=1)


def test_the_window_shows_the_attract_page_when_nobody_is_there():
    assert step(Session(), ShellReady()) == (ATTRACT, [ShowPage("attract")])


def test_a_visitor_before_the_window_is_up_is_signed_in_meanwhile():
    assert step(Session(), Begin(VISIT)) == (replace(SIGNING_IN, shell_ready=False), [Authenticate(VISIT)])


def test_a_visitor_at_the_attract_page_sees_that_something_happens():
    assert step(ATTRACT, Begin(VISIT)) == (SIGNING_IN, [ShowPage("loading"), Authenticate(VISIT)])


def test_the_window_opens_the_widget_at_once_if_the_api_was_faster():
    session = replace(OPENING, shell_ready=False)

    assert step(session, ShellReady()) == (OPENING, [Open(VISIT, WIDGET), SetTimer(Timer.PAINT, PAINT_LIMIT)])


def test_the_api_is_awaited_on_the_loading_page_if_the_window_was_faster():
    assert step(replace(SIGNING_IN, shell_ready=False), ShellReady()) == (SIGNING_IN, [ShowPage("loading")])
    assert step(SIGNING_IN, Granted(1, WIDGET)) == (
        OPENING,
        [Open(VISIT, WIDGET), SetTimer(Timer.PAINT, PAINT_LIMIT)],
    )


def test_a_grant_without_a_window_is_kept():
    session = replace(SIGNING_IN, shell_ready=False)

    assert step(session, Granted(1, WIDGET)) == (replace(OPENING, shell_ready=False), [])


def test_it_is_a_visit_when_the_page_is_on_the_glass():
    session = replace(OPENING, failures=2, deaths=3)

    assert step(session, Painted(1)) == (IN_VISIT, [ClearTimer(Timer.PAINT)])


def test_a_page_from_before_an_outage_is_no_visit():
    assert step(SIGNING_IN, Painted(1)) == (SIGNING_IN, [])


@pytest.mark.parametrize(
    "event", [Granted(2, WIDGET), Denied(2, "api.timeout", retryable=True), Painted(2), PageFailed(2, "dns")]
)
@pytest.mark.parametrize("session", [ATTRACT, OPENING, IN_VISIT, OUT])
def test_what_comes_late_for_another_visit_is_ignored(session, event):
    assert step(session, event) == (session, [])


@pytest.mark.parametrize("session", [OPENING, IN_VISIT])
def test_a_shell_that_dies_is_replaced_and_the_same_visit_opened_again(session):
    gone, effects = step(session, ShellGone())

    assert effects == [KillShell(), ClearTimer(Timer.PAINT), SetTimer(Timer.RESPAWN, 0.25)]
    assert (gone.state, gone.grant, gone.shell_ready) == (State.SIGNING_IN, WIDGET, False)
    assert step(gone, TimerFired(Timer.RESPAWN)) == (gone, [SpawnShell()])
    assert step(gone, ShellReady())[1][0] == Open(VISIT, WIDGET)


def test_shells_that_keep_dying_are_replaced_ever_more_slowly_up_to_a_cap():
    session, delays = ATTRACT, []
    for _ in range(12):
        session, effects = step(session, ShellGone())
        delays += [effect.seconds for effect in effects if isinstance(effect, SetTimer)]

    assert delays == sorted(delays)
    assert delays[:3] == [0.25, 0.5, 1.0]
    assert delays[-1] == RESPAWN_CAP


def test_the_backoff_of_a_very_long_night_is_still_the_cap():
    assert backoff(2.0, 60.0, 10**9) == 60.0


def test_a_failure_that_may_pass_is_retried_soon():
    out, effects = step(SIGNING_IN, Denied(1, "api.unreachable", retryable=True))

    assert out == OUT
    assert effects == [
        ShowPage("out-of-service", "api.unreachable"),
        ClearTimer(Timer.PAINT),
        ClearTimer(Timer.RENEWAL),
        SetTimer(Timer.RETRY, 2.0),
    ]


def test_a_failure_that_somebody_has_to_repair_is_retried_slowly():
    assert SetTimer(Timer.RETRY, RETRY_CAP) in step(SIGNING_IN, Denied(1, "api.forbidden", retryable=False))[1]


def test_the_server_says_how_long_to_wait():
    denied = Denied(1, "api.rate-limited", retryable=True, retry_after=17.0)

    assert SetTimer(Timer.RETRY, 17.0) in step(SIGNING_IN, denied)[1]


@pytest.mark.parametrize("event", [RetryAsked(), TimerFired(Timer.RETRY)])
def test_out_of_service_is_left_by_time_or_touch(event):
    again, effects = step(OUT, event)

    assert again == replace(SIGNING_IN, failures=1)
    assert effects == [ClearTimer(Timer.RETRY), ShowPage("loading"), Authenticate(VISIT)]


def test_a_window_that_comes_up_out_of_service_says_so():
    session = replace(OUT, shell_ready=False)

    assert step(session, ShellReady()) == (OUT, [ShowPage("out-of-service", "api.unreachable")])


def test_a_page_that_fails_is_fetched_anew_later():
    out, effects = step(IN_VISIT, PageFailed(1, "dns"))

    assert (out.state, out.code, out.grant) == (State.OUT_OF_SERVICE, "page.dns", None)
    assert SetTimer(Timer.RETRY, 2.0) in effects


def test_a_page_that_never_paints_has_failed():
    assert step(OPENING, TimerFired(Timer.PAINT))[0].code == "page.slow"


def test_a_token_is_renewed_behind_the_page():
    session = replace(IN_VISIT, grant=TOKEN)
    renewed = Token(Secret("newer"), 2e9)

    assert step(SIGNING_IN, Granted(1, TOKEN, 90.0))[1][-1] == SetTimer(Timer.RENEWAL, 90.0)
    assert step(session, TimerFired(Timer.RENEWAL)) == (session, [Authenticate(VISIT)])
    assert step(session, Granted(1, renewed, 80.0)) == (
        replace(session, grant=renewed),
        [HandOver(VISIT, renewed), SetTimer(Timer.RENEWAL, 80.0)],
    )


def test_a_renewal_that_fails_is_tried_again_while_the_page_goes_on():
    session = replace(IN_VISIT, grant=TOKEN)

    failed, effects = step(session, Denied(1, "api.timeout", retryable=True))

    assert failed == replace(session, failures=1)
    assert effects == [SetTimer(Timer.RENEWAL, 2.0)]


@pytest.mark.parametrize("timer", [Timer.RETRY, Timer.PAINT, Timer.RENEWAL])
def test_a_timer_that_comes_too_late_does_nothing(timer):
    assert step(ATTRACT, TimerFired(timer)) == (ATTRACT, [])


@pytest.mark.parametrize("session", [Session(), ATTRACT, OPENING, IN_VISIT, OUT])
def test_the_end_is_reachable_from_everywhere(session):
    ended, effects = step(session, Stop(ExitStatus.INTERRUPTED))

    assert ended.state is State.ENDED
    assert effects == [KillShell(), Exit(ExitStatus.INTERRUPTED)]


def test_a_shell_that_refuses_ends_the_kiosk_with_its_status():
    assert step(Session(), ShellRefused(ExitStatus.LOCKDOWN))[1][-1] == Exit(ExitStatus.LOCKDOWN)


def test_a_retry_without_a_visit_is_our_own_mistake():
    with pytest.raises(AssertionError, match="only a visit"):
        step(replace(OUT, visit=None), RetryAsked())


def test_every_state_has_its_row():
    assert set(TRANSITIONS) == set(State)


EVENTS = st.one_of(
    st.just(ShellReady()),
    st.just(ShellGone()),
    st.builds(Begin, st.just(VISIT)),
    st.builds(Granted, st.integers(1, 2), st.sampled_from([WIDGET, TOKEN]), st.sampled_from([None, 5.0])),
    st.builds(Denied, st.integers(1, 2), st.just("api.timeout"), st.booleans(), st.sampled_from([None, 3.0])),
    st.builds(Painted, st.integers(1, 2)),
    st.builds(PageFailed, st.integers(1, 2), st.just("dns")),
    st.just(RetryAsked()),
    st.builds(TimerFired, st.sampled_from(Timer)),
)


class AnyDay(RuleBasedStateMachine):
    """Whatever happens in whatever order, some things hold."""

    def __init__(self):
        super().__init__()
        self.session = Session()
        self.effects = []

    @rule(event=EVENTS)
    def happen(self, event):
        self.session, self.effects = step(self.session, event)

    @invariant()
    def a_visit_has_a_visitor_and_a_grant(self):
        if self.session.state is State.VISIT:
            assert self.session.visit is not None
            assert self.session.grant is not None

    @invariant()
    def out_of_service_always_says_why_and_tries_again(self):
        if self.session.state is State.OUT_OF_SERVICE:
            assert self.session.code
        if any(isinstance(effect, ShowPage) and effect.page == "out-of-service" for effect in self.effects):
            assert self.session.state is State.OUT_OF_SERVICE

    @invariant()
    def nothing_is_shown_without_a_window(self):
        if not self.session.shell_ready:
            assert not any(isinstance(effect, ShowPage | Open | HandOver) for effect in self.effects)

    @invariant()
    def the_way_out_is_open(self):
        assert step(self.session, Stop())[1][-1] == Exit(ExitStatus.OK)


AnyDay.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestAnyDay = AnyDay.TestCase
