"""The session: every state, every event, and what always holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk.core.deeplink import DeepLink, Feature
from kiosk.core.effects import (
    Authenticate,
    CheckIn,
    CheckService,
    ClearTimer,
    Cover,
    EndVisit,
    Exit,
    HandOver,
    HidePage,
    KillShell,
    Open,
    Present,
    Promote,
    SetTimer,
    ShowPage,
    SpawnShell,
    WatchNetwork,
)
from kiosk.core.events import (
    Activity,
    Attempt,
    BackAsked,
    Begin,
    Denied,
    DoneAsked,
    ExitAsked,
    Gesture,
    Granted,
    KeyMissing,
    LanguageChosen,
    NetworkBack,
    PageFailed,
    Painted,
    PanelClosed,
    PinAccepted,
    PinClosed,
    PinRejected,
    Playing,
    Presented,
    ReloadAsked,
    RestartAsked,
    RetryAsked,
    ServiceDown,
    ServiceUp,
    ShellGone,
    ShellReady,
    ShellRefused,
    SignInAsked,
    SignInRefused,
    SparePainted,
    Started,
    Stop,
    TimerFired,
)
from kiosk.core.moves.operating import PIN_LIMIT
from kiosk.core.moves.pages import PAINT_LIMIT
from kiosk.core.moves.reset import RESET_LIMIT
from kiosk.core.moves.visit import ATTEMPTS_COUNT, SPARE_DELAY
from kiosk.core.moves.waiting import RESPAWN_CAP, RETRY_CAP, backoff
from kiosk.core.secret import Secret
from kiosk.core.session import Role, Session, Settings, Spare, State, Timer, Visit, Wanted
from kiosk.core.step import TRANSITIONS, step
from kiosk.core.user_id import UserId
from kiosk.core.widget import Token, Widget
from kiosk.errors import ExitStatus

ANNA = Wanted(UserId.parse("anna"))
BERT = Wanted(UserId.parse("bert"), DeepLink(Feature.REWARDS), "de")
VISIT = Visit(1, ANNA.user)
WIDGET = Widget.parse("https://widget.example/?token=t")
TOKEN = Token(Secret("jwt"), 1e9)

ATTRACT = Session(front=True)
SIGNING_IN = replace(ATTRACT, state=State.SIGNING_IN, visits=1, visit=VISIT)
OPENING = replace(SIGNING_IN, grant=WIDGET)
IN_VISIT = replace(OPENING, state=State.VISIT)
WITH_SPARE = replace(IN_VISIT, spare=Spare.READY)
WARNED = replace(WITH_SPARE, state=State.WARNING)
COOLING = replace(WITH_SPARE, state=State.COOL_DOWN)
RESETTING = replace(ATTRACT, state=State.RESETTING, visits=1, spare=Spare.READY)
OUT = replace(SIGNING_IN, state=State.OUT_OF_SERVICE, code="api.unreachable", failures=1)
CLOSED = replace(OUT, visit=None)
PANEL = replace(ATTRACT, state=State.PANEL)
ENROLMENT = replace(ATTRACT, state=State.ENROLMENT)
PLACES = [
    Session(),
    ATTRACT,
    SIGNING_IN,
    OPENING,
    IN_VISIT,
    WITH_SPARE,
    WARNED,
    COOLING,
    RESETTING,
    OUT,
    CLOSED,
    PANEL,
    ENROLMENT,
]


def after(session, *events):
    """Return the session after the events, and all that was to be done meanwhile."""
    done = []
    for event in events:
        session, effects = step(session, event)
        done += effects
    return session, done


# ── from the start to a visit ───────────────────────────────────────────────────────────────────────────────────────


def test_a_kiosk_that_starts_finds_out_whether_it_can_serve():
    assert step(Session(), Started()) == (Session(), [CheckService()])


def test_the_window_shows_the_attract_page_when_nobody_is_there():
    assert step(Session(), ShellReady()) == (ATTRACT, [ShowPage("attract")])


def test_a_visitor_before_the_window_is_up_is_signed_in_meanwhile():
    begun, effects = step(Session(), Begin(ANNA))

    assert begun == replace(SIGNING_IN, front=False)
    assert effects[-1] == Authenticate(VISIT)
    assert not any(isinstance(effect, ShowPage) for effect in effects)


def test_a_visitor_at_the_attract_page_sees_that_something_happens():
    begun, effects = step(ATTRACT, Begin(ANNA))

    assert begun == SIGNING_IN
    assert effects[0] == ShowPage("loading")
    assert SetTimer(Timer.LIMIT, 1800.0) in effects
    assert effects[-1] == Authenticate(VISIT)


def test_a_section_and_a_language_chosen_before_sign_in_count():
    session, _ = after(ATTRACT, SignInAsked(Feature.MISSIONS), LanguageChosen("uk"), Begin(ANNA))

    assert session.visit == Visit(1, ANNA.user, DeepLink(Feature.MISSIONS), "uk")


def test_what_the_sign_in_says_itself_counts_more():
    session, _ = after(ATTRACT, SignInAsked(Feature.MISSIONS), LanguageChosen("uk"), Begin(BERT))

    assert session.visit == Visit(1, BERT.user, BERT.link, "de")


def test_visits_are_numbered_on():
    assert step(replace(ATTRACT, visits=7), Begin(ANNA))[0].visit.number == 8


def test_the_window_opens_the_widget_at_once_if_the_api_was_faster():
    session = replace(OPENING, front=False)

    assert step(session, ShellReady()) == (OPENING, [Open(VISIT, WIDGET), SetTimer(Timer.PAINT, PAINT_LIMIT)])


def test_the_api_is_awaited_on_the_loading_page_if_the_window_was_faster():
    assert step(replace(SIGNING_IN, front=False), ShellReady()) == (SIGNING_IN, [ShowPage("loading")])
    assert step(SIGNING_IN, Granted(1, WIDGET)) == (
        OPENING,
        [Open(VISIT, WIDGET), SetTimer(Timer.PAINT, PAINT_LIMIT)],
    )


def test_a_grant_without_a_window_is_kept():
    session = replace(SIGNING_IN, front=False)

    assert step(session, Granted(1, WIDGET)) == (replace(OPENING, front=False), [])


def test_it_is_a_visit_when_the_page_is_on_the_glass():
    session = replace(OPENING, failures=2, deaths=3)

    assert step(session, Painted(1)) == (
        IN_VISIT,
        [ClearTimer(Timer.PAINT), SetTimer(Timer.IDLE, 60.0), SetTimer(Timer.SPARE, SPARE_DELAY), CheckIn(VISIT)],
    )


def test_a_page_from_before_an_outage_is_no_visit():
    assert step(SIGNING_IN, Painted(1)) == (SIGNING_IN, [])


@pytest.mark.parametrize(
    "event", [Granted(2, WIDGET), Denied(2, "api.timeout", retryable=True), Painted(2), PageFailed(2, "dns")]
)
@pytest.mark.parametrize("session", PLACES)
def test_what_comes_late_for_another_visit_is_ignored(session, event):
    assert step(session, event) == (session, [])


# ── the attract and sign-in pages ───────────────────────────────────────────────────────────────────────────────────


def test_a_tile_leads_to_the_sign_in_page_and_back():
    chosen, effects = step(ATTRACT, SignInAsked(Feature.REWARDS))

    assert (chosen.page, chosen.link) == ("sign-in", DeepLink(Feature.REWARDS))
    assert effects == [ShowPage("sign-in"), SetTimer(Timer.AWAY, 60.0)]
    assert step(chosen, BackAsked())[0] == ATTRACT


def test_a_language_is_seen_at_once_and_forgotten_when_nobody_goes_on():
    chosen, effects = step(ATTRACT, LanguageChosen("ar"))

    assert effects == [ShowPage("attract"), SetTimer(Timer.AWAY, 60.0)]
    assert step(chosen, Activity()) == (chosen, [SetTimer(Timer.AWAY, 60.0)])
    assert step(chosen, TimerFired(Timer.AWAY)) == (ATTRACT, [ShowPage("attract")])
    assert step(ATTRACT, Activity()) == (ATTRACT, [])


def test_a_refused_sign_in_says_why_on_the_sign_in_page():
    refused, effects = step(ATTRACT, SignInRefused("wait", 30.0))

    assert refused.page == "sign-in"
    assert effects[0] == ShowPage("sign-in", message="wait", wait=30.0)
    assert step(replace(ATTRACT, front=False), SignInRefused("wrong"))[1] == [SetTimer(Timer.AWAY, 60.0)]


@pytest.mark.parametrize("session", [IN_VISIT, WARNED, OUT, CLOSED, SIGNING_IN, PANEL, RESETTING])
def test_who_scans_or_types_ends_nobody_elses_visit(session):
    assert step(session, Begin(BERT)) == (session, [])


# ── idle ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_touch_starts_the_idle_time_anew():
    assert step(IN_VISIT, Activity()) == (IN_VISIT, [SetTimer(Timer.IDLE, 60.0)])


def test_nobody_is_asked_first_and_one_touch_continues():
    warned, effects = step(WITH_SPARE, TimerFired(Timer.IDLE))

    assert warned == WARNED
    assert effects == [ShowPage("warning"), SetTimer(Timer.IDLE, 20.0)]
    assert step(warned, Activity()) == (WITH_SPARE, [HidePage(), SetTimer(Timer.IDLE, 60.0)])


def test_nobody_who_does_not_answer_stays():
    assert step(WARNED, TimerFired(Timer.IDLE))[0].state is State.RESETTING


def test_a_video_counts_as_somebody_if_the_operator_says_so():
    watching = replace(IN_VISIT, settings=Settings(media_counts=True))
    playing, _ = step(watching, Playing(active=True))

    assert step(playing, TimerFired(Timer.IDLE)) == (playing, [SetTimer(Timer.IDLE, 60.0)])
    assert after(playing, Playing(active=False), TimerFired(Timer.IDLE))[0].state is State.WARNING
    assert after(IN_VISIT, Playing(active=True), TimerFired(Timer.IDLE))[0].state is State.WARNING


# ── the reset ───────────────────────────────────────────────────────────────────────────────────────────────────────

ENDS = [
    (WITH_SPARE, DoneAsked(), "done"),
    (SIGNING_IN, DoneAsked(), "done"),
    (OUT, DoneAsked(), "done"),
    (WARNED, TimerFired(Timer.IDLE), "idle"),
    (OUT, TimerFired(Timer.IDLE), "idle"),
    (WITH_SPARE, TimerFired(Timer.LIMIT), "limit"),
    (WITH_SPARE, TimerFired(Timer.EXPIRY), "expired"),
    (WITH_SPARE, Begin(BERT, hand_over=True), "hand-over"),
    (WITH_SPARE, ShellGone(), "crash"),
    (replace(WITH_SPARE, pin=True), PinAccepted(), "operator"),
]


@pytest.mark.parametrize(("session", "event", "reason"), ENDS)
def test_every_way_out_of_a_visit_is_a_reset(session, event, reason):
    over, effects = step(session, event)

    assert over.state is State.RESETTING
    assert (over.visit, over.grant, over.language, over.page, over.pin) == (None, None, None, "attract", False)
    assert EndVisit(VISIT, reason) in effects
    assert {Timer.IDLE, Timer.LIMIT, Timer.EXPIRY, Timer.RENEWAL} <= {
        effect.timer for effect in effects if isinstance(effect, ClearTimer)
    }


def test_the_cover_comes_first_and_the_spare_at_once():
    _, effects = step(WITH_SPARE, DoneAsked())

    assert effects[:3] == [Cover(), Present(), EndVisit(VISIT, "done")]
    assert effects[-1] == SetTimer(Timer.RESET, RESET_LIMIT)


def test_a_window_that_died_needs_no_cover():
    over, effects = step(WITH_SPARE, ShellGone())

    assert not over.front
    assert effects[:2] == [KillShell(), Present()]


def test_without_a_spare_one_is_made_behind_the_cover():
    over, effects = step(IN_VISIT, DoneAsked())

    assert effects[:2] == [Cover(), SpawnShell(Role.SPARE)]
    assert step(over, ShellReady(Role.SPARE)) == (over, [ShowPage("attract", role=Role.SPARE)])
    assert step(over, SparePainted()) == (replace(over, spare=Spare.READY), [Present()])


def test_a_spare_that_is_starting_is_awaited():
    over, effects = step(replace(IN_VISIT, spare=Spare.STARTING), DoneAsked())

    assert over.spare is Spare.STARTING
    assert not any(isinstance(effect, SpawnShell | Present) for effect in effects)


def test_the_old_window_ends_when_the_new_one_is_in_front():
    assert step(RESETTING, Presented()) == (
        replace(RESETTING, state=State.ATTRACT, spare=Spare.NONE),
        [Promote(), ClearTimer(Timer.RESET)],
    )


def test_who_was_handed_over_begins_in_the_new_window():
    session, _ = after(WITH_SPARE, Begin(BERT, hand_over=True))
    begun, effects = step(session, Presented())

    assert begun.visit == Visit(2, BERT.user, BERT.link, "de")
    assert effects[0] == Promote()
    assert effects[-1] == Authenticate(begun.visit)


def test_the_last_who_is_handed_over_during_a_reset_counts():
    session, _ = after(WITH_SPARE, Begin(BERT, hand_over=True), Begin(ANNA, hand_over=True), Presented())

    assert session.visit.user == ANNA.user


def test_after_an_outage_the_door_opens_when_the_api_answers():
    session, effects = after(replace(OUT, spare=Spare.READY), TimerFired(Timer.IDLE), Presented())

    assert (session.state, session.visit, session.code) == (State.OUT_OF_SERVICE, None, "api.unreachable")
    assert effects[-2:] == [ShowPage("out-of-service", "api.unreachable"), CheckService()]


def test_a_spare_that_dies_in_a_reset_is_replaced():
    session, effects = step(RESETTING, ShellGone(Role.SPARE))

    assert effects == [KillShell(Role.SPARE), SetTimer(Timer.SPARE, 0.25)]
    assert step(session, TimerFired(Timer.SPARE))[1] == [SpawnShell(Role.SPARE)]
    assert step(RESETTING, TimerFired(Timer.SPARE)) == (RESETTING, [])


def test_an_old_window_that_dies_under_its_cover_is_cleaned_up():
    assert step(RESETTING, ShellGone()) == (replace(RESETTING, front=False), [KillShell()])


def test_a_reset_that_hangs_starts_over():
    session, effects = step(RESETTING, TimerFired(Timer.RESET))

    assert effects == [KillShell(), KillShell(Role.SPARE), SpawnShell()]
    assert step(session, ShellReady())[1] == [ShowPage("attract")]


# ── windows that die ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_spare_starts_behind_a_visit():
    starting, effects = step(IN_VISIT, TimerFired(Timer.SPARE))

    assert effects == [SpawnShell(Role.SPARE)]
    assert step(starting, TimerFired(Timer.SPARE)) == (starting, [])
    assert step(starting, ShellReady(Role.SPARE)) == (starting, [ShowPage("attract", role=Role.SPARE)])
    assert step(starting, SparePainted()) == (WITH_SPARE, [])
    assert Timer.SPARE not in {
        effect.timer for effect in step(replace(OPENING, spare=Spare.READY), Painted(1))[1] if hasattr(effect, "timer")
    }


def test_a_spare_that_dies_is_replaced_later():
    assert step(WITH_SPARE, ShellGone(Role.SPARE)) == (
        replace(IN_VISIT, deaths=1),
        [KillShell(Role.SPARE), SetTimer(Timer.SPARE, 0.25)],
    )


def test_a_window_that_dies_before_its_page_is_there_is_replaced_and_the_visit_goes_on():
    gone, effects = step(OPENING, ShellGone())

    assert effects == [KillShell(), ClearTimer(Timer.PAINT), SetTimer(Timer.RESPAWN, 0.25)]
    assert step(gone, TimerFired(Timer.RESPAWN)) == (gone, [SpawnShell()])
    assert step(gone, ShellReady())[1][0] == Open(VISIT, WIDGET)
    assert step(OPENING, TimerFired(Timer.RESPAWN)) == (OPENING, [])


def test_a_visit_is_opened_again_in_the_spare_if_the_operator_says_so():
    session = replace(WITH_SPARE, settings=Settings(reopen=True))
    gone, effects = step(session, ShellGone())

    assert effects == [KillShell(), ClearTimer(Timer.PAINT), ClearTimer(Timer.IDLE), Present()]
    again, effects = step(gone, Presented())
    assert (again.state, again.visit, again.front, again.spare) == (State.SIGNING_IN, VISIT, True, Spare.NONE)
    assert effects == [Promote(), Open(VISIT, WIDGET), SetTimer(Timer.PAINT, PAINT_LIMIT)]


def test_a_visit_is_opened_again_in_a_new_window_if_there_is_no_spare():
    gone, effects = step(replace(IN_VISIT, settings=Settings(reopen=True)), ShellGone())

    assert (gone.state, gone.visit) == (State.SIGNING_IN, VISIT)
    assert SetTimer(Timer.RESPAWN, 0.25) in effects


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


# ── out of service ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_failure_that_may_pass_is_retried_soon_and_the_network_watched():
    out, effects = step(SIGNING_IN, Denied(1, "api.unreachable", retryable=True))

    assert out == OUT
    assert effects[0] == ShowPage("out-of-service", "api.unreachable")
    assert SetTimer(Timer.RETRY, 2.0) in effects
    assert SetTimer(Timer.IDLE, 60.0) in effects
    assert effects[-1] == WatchNetwork()


def test_a_failure_that_somebody_has_to_repair_is_retried_slowly():
    assert SetTimer(Timer.RETRY, RETRY_CAP) in step(SIGNING_IN, Denied(1, "api.forbidden", retryable=False))[1]


def test_the_server_says_how_long_to_wait():
    denied = Denied(1, "api.rate-limited", retryable=True, retry_after=17.0)

    assert SetTimer(Timer.RETRY, 17.0) in step(SIGNING_IN, denied)[1]


def test_out_of_service_is_left_at_a_touch_with_a_page_that_says_so():
    again, effects = step(OUT, RetryAsked())

    assert again == replace(SIGNING_IN, failures=1)
    assert effects[-2:] == [ShowPage("loading"), Authenticate(VISIT)]


@pytest.mark.parametrize("event", [NetworkBack(), TimerFired(Timer.RETRY)])
def test_out_of_service_tries_by_itself_without_a_flicker(event):
    assert step(OUT, event) == (OUT, [ClearTimer(Timer.RETRY), Authenticate(VISIT)])
    assert step(CLOSED, event) == (CLOSED, [ClearTimer(Timer.RETRY), CheckService()])
    assert step(CLOSED, RetryAsked()) == (CLOSED, [ClearTimer(Timer.RETRY), CheckService()])


def test_the_same_failure_again_leaves_the_page_alone_and_another_changes_it():
    same, effects = step(OUT, Denied(1, "api.unreachable", retryable=True))

    assert same.failures == 2
    assert not any(isinstance(effect, ShowPage) for effect in effects)
    assert ShowPage("out-of-service", "api.tls") in step(OUT, Denied(1, "api.tls", retryable=False))[1]


def test_a_visitor_who_waits_goes_on_when_the_api_answers():
    granted, effects = step(OUT, Granted(1, WIDGET))

    assert granted.state is State.SIGNING_IN
    assert effects[0] == Open(VISIT, WIDGET)


def test_a_visitor_who_waits_keeps_the_visit_by_a_touch():
    assert step(OUT, Activity()) == (OUT, [SetTimer(Timer.IDLE, 60.0)])
    assert step(CLOSED, Activity()) == (CLOSED, [])


def test_a_closed_terminal_says_so_before_anybody_signs_in_and_opens_by_itself():
    closed, effects = step(ATTRACT, ServiceDown("api.unreachable", retryable=True))

    assert closed == CLOSED.__class__(state=State.OUT_OF_SERVICE, front=True, code="api.unreachable", failures=1)
    assert effects[0] == ShowPage("out-of-service", "api.unreachable")
    assert step(closed, ServiceUp()) == (ATTRACT, [ClearTimer(Timer.RETRY), ShowPage("attract")])


def test_a_check_of_the_service_says_nothing_to_a_visit_of_its_own_way():
    for event in (ServiceUp(), ServiceDown("api.tls", retryable=False), KeyMissing()):
        assert step(OUT, event) == (OUT, [])


def test_a_closed_terminal_takes_who_is_handed_over():
    assert step(CLOSED, Begin(ANNA, hand_over=True))[0].state is State.SIGNING_IN
    assert step(CLOSED, DoneAsked()) == (CLOSED, [])


def test_out_of_service_speaks_the_language_that_was_chosen_until_nobody_is_there():
    spoken, effects = step(CLOSED, LanguageChosen("fr"))

    assert effects == [ShowPage("out-of-service", "api.unreachable"), SetTimer(Timer.AWAY, 60.0)]
    assert step(spoken, TimerFired(Timer.AWAY))[0] == CLOSED


def test_a_window_that_comes_up_out_of_service_says_so():
    session = replace(OUT, front=False)

    assert step(session, ShellReady()) == (OUT, [ShowPage("out-of-service", "api.unreachable")])


def test_a_page_that_fails_is_fetched_anew_later():
    out, effects = step(IN_VISIT, PageFailed(1, "dns"))

    assert (out.state, out.code, out.grant) == (State.OUT_OF_SERVICE, "page.dns", None)
    assert SetTimer(Timer.RETRY, 2.0) in effects


def test_a_page_that_never_paints_has_failed():
    assert step(OPENING, TimerFired(Timer.PAINT))[0].code == "page.slow"


# ── renewal ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_token_is_renewed_behind_the_page():
    session = replace(IN_VISIT, grant=TOKEN)
    renewed = Token(Secret("newer"), 2e9)

    effects = step(SIGNING_IN, Granted(1, TOKEN, 90.0, 100.0))[1]
    assert effects[:2] == [SetTimer(Timer.EXPIRY, 100.0), SetTimer(Timer.RENEWAL, 90.0)]
    assert step(session, TimerFired(Timer.RENEWAL)) == (session, [Authenticate(VISIT)])
    assert step(session, Granted(1, renewed, 80.0)) == (
        replace(session, grant=renewed),
        [SetTimer(Timer.RENEWAL, 80.0), HandOver(VISIT, renewed)],
    )


def test_a_widget_url_is_renewed_where_the_visitor_is():
    newer = Widget.parse("https://widget.example/?token=newer")

    assert step(IN_VISIT, Granted(1, newer))[1] == [
        Open(VISIT, newer, resume=True),
        SetTimer(Timer.PAINT, PAINT_LIMIT),
    ]
    assert step(IN_VISIT, Painted(1)) == (IN_VISIT, [ClearTimer(Timer.PAINT), HidePage()])
    assert step(replace(IN_VISIT, pin=True), Painted(1))[1] == [ClearTimer(Timer.PAINT)]


def test_a_renewal_that_fails_is_tried_again_while_the_page_goes_on():
    session = replace(IN_VISIT, grant=TOKEN)

    failed, effects = step(session, Denied(1, "api.timeout", retryable=True))

    assert failed == replace(session, failures=1)
    assert effects == [SetTimer(Timer.RENEWAL, 2.0)]


# ── the operator ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("session", [ATTRACT, IN_VISIT, OUT, CLOSED])
def test_the_gesture_asks_for_the_pin_and_leaves_what_is_below(session):
    asked, effects = step(session, Gesture())

    assert asked == replace(session, pin=True)
    assert effects == [ShowPage("pin"), SetTimer(Timer.OPERATOR, PIN_LIMIT)]
    assert step(asked, PinRejected(30.0))[1][0] == ShowPage("pin", message="wrong", wait=30.0)
    assert step(asked, PinRejected(30.0, wrong=False))[1][0] == ShowPage("pin", wait=30.0)
    for end in (PinClosed(), TimerFired(Timer.OPERATOR)):
        assert step(asked, end)[0] == session


@pytest.mark.parametrize("session", [ATTRACT, IN_VISIT, OUT, CLOSED])
@pytest.mark.parametrize("event", [PinClosed(), PinAccepted(), PinRejected()])
def test_a_pin_that_nobody_asked_for_opens_nothing(session, event):
    assert step(session, event) == (session, [])


@pytest.mark.parametrize(
    ("session", "event"),
    [
        (OUT, ServiceDown("api.unreachable", retryable=True)),
        (OUT, ServiceDown("api.tls", retryable=False)),
        (OUT, ServiceUp()),
        (OUT, TimerFired(Timer.AWAY)),
        (ATTRACT, ServiceDown("api.tls", retryable=False)),
        (ATTRACT, TimerFired(Timer.AWAY)),
        (ATTRACT, SignInRefused("wrong")),
        (IN_VISIT, PageFailed(1, "dns")),
    ],
)
def test_the_pin_page_stays_whatever_happens_below_it(session, event):
    below, effects = step(replace(session, pin=True), event)

    assert below.pin
    assert not [effect for effect in effects if isinstance(effect, ShowPage | HidePage)]
    closed, shown = step(below, PinClosed())
    assert not closed.pin
    assert [effect for effect in shown if isinstance(effect, ShowPage | HidePage)]
    assert step(below, PinAccepted())[0].state in {State.PANEL, State.RESETTING}


def test_a_page_that_opens_by_itself_takes_the_pin_pages_place():
    waiting = replace(IN_VISIT, state=State.OUT_OF_SERVICE, code="api.tls", grant=None, pin=True)

    opened, effects = step(waiting, Granted(1, WIDGET))

    assert not opened.pin
    assert Open(opened.visit, WIDGET) in effects


def test_what_somebody_chose_is_forgotten_behind_closed_doors_and_the_panel():
    chosen = replace(ATTRACT, page="sign-in", link=DeepLink(Feature.MISSIONS), language="de")

    closed, _ = after(chosen, ServiceDown("api.tls", retryable=False), TimerFired(Timer.AWAY), ServiceUp())
    used, _ = after(chosen, Gesture(), PinAccepted(), PanelClosed())

    assert closed == ATTRACT
    assert used == ATTRACT


def test_the_gesture_waits_for_a_window():
    session = replace(ATTRACT, front=False)

    assert step(session, Gesture()) == (session, [])


def test_the_pin_opens_the_panel_where_nobody_is():
    panel, effects = step(replace(ATTRACT, pin=True), PinAccepted())

    assert panel == PANEL
    assert effects[0] == ShowPage("panel")
    assert effects[-1] == SetTimer(Timer.OPERATOR, 60.0)


def test_the_pin_ends_a_visit_before_the_panel_opens_in_a_fresh_window():
    session, _ = after(replace(WITH_SPARE, pin=True), PinAccepted(), Presented())

    assert (session.state, session.visit) == (State.PANEL, None)


def test_the_panel_closes_by_itself_unless_it_is_used():
    assert step(PANEL, Activity()) == (PANEL, [SetTimer(Timer.OPERATOR, 60.0)])
    for end in (PanelClosed(), TimerFired(Timer.OPERATOR)):
        closed, effects = step(PANEL, end)
        assert closed == ATTRACT
        assert effects[-2:] == [ShowPage("attract"), CheckService()]


def test_the_operator_can_reload_restart_and_leave():
    assert step(PANEL, ReloadAsked())[0].state is State.RESETTING
    assert step(PANEL, RestartAsked())[1][-1] == Exit(ExitStatus.OK, restart=True)
    assert step(PANEL, ExitAsked())[1][-1] == Exit(ExitStatus.OPERATOR_EXIT)
    assert step(ATTRACT, ExitAsked()) == (ATTRACT, [])


def test_a_terminal_without_a_key_asks_for_it():
    for session in (ATTRACT, CLOSED):
        asked, effects = step(session, KeyMissing())
        assert asked.state is State.ENROLMENT
        assert ShowPage("enrolment") in effects
    assert step(ENROLMENT, RestartAsked())[1][-1] == Exit(ExitStatus.OK, restart=True)
    assert step(ENROLMENT, LanguageChosen("de"))[1][0] == ShowPage("enrolment")


# ── what always holds ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("timer", Timer)
def test_a_timer_that_comes_too_late_does_no_harm(timer):
    if timer in {Timer.AWAY, Timer.RESPAWN}:
        return
    assert step(ATTRACT, TimerFired(timer)) == (ATTRACT, [])


@pytest.mark.parametrize("session", PLACES)
def test_the_end_is_reachable_from_everywhere(session):
    ended, effects = step(session, Stop(ExitStatus.INTERRUPTED))

    assert ended.state is State.ENDED
    assert effects[:2] == [KillShell(), KillShell(Role.SPARE)]
    assert effects[-1] == Exit(ExitStatus.INTERRUPTED)
    assert [effect.reason for effect in effects if isinstance(effect, EndVisit)] == ["stop"] * (
        session.visit is not None
    )


def test_a_shell_that_refuses_ends_the_kiosk_with_its_status():
    assert step(Session(), ShellRefused(ExitStatus.LOCKDOWN))[1][-1] == Exit(ExitStatus.LOCKDOWN)


def test_every_state_has_its_row():
    assert set(TRANSITIONS) == set(State)


NUMBERS = st.integers(1, 4)
EVENTS = st.one_of(
    st.sampled_from(
        [
            Activity(),
            BackAsked(),
            Begin(ANNA),
            Begin(BERT, hand_over=True),
            DoneAsked(),
            Gesture(),
            KeyMissing(),
            LanguageChosen("de"),
            NetworkBack(),
            PanelClosed(),
            PinAccepted(),
            PinClosed(),
            PinRejected(5.0),
            Playing(active=True),
            Presented(),
            ReloadAsked(),
            RetryAsked(),
            ServiceDown("api.tls", retryable=False),
            ServiceUp(),
            SignInAsked(Feature.MISSIONS),
            SignInRefused("wrong"),
            SparePainted(),
            Started(),
        ]
    ),
    st.builds(ShellReady, st.sampled_from(Role)),
    st.builds(ShellGone, st.sampled_from(Role)),
    st.builds(Granted, NUMBERS, st.sampled_from([WIDGET, TOKEN]), st.sampled_from([None, 5.0])),
    st.builds(Denied, NUMBERS, st.just("api.timeout"), st.booleans(), st.sampled_from([None, 3.0])),
    st.builds(Painted, NUMBERS),
    st.builds(PageFailed, NUMBERS, st.just("dns")),
    st.builds(TimerFired, st.sampled_from(Timer)),
)
ABOUT_A_WINDOW = ShowPage | HidePage | Open | HandOver | Cover


class AnyDay(RuleBasedStateMachine):
    """Whatever happens in whatever order, some things hold."""

    def __init__(self):
        super().__init__()
        self.session = Session()
        self.effects = []
        self.guests = set()
        self.ended = set()

    @rule(event=EVENTS)
    def happen(self, event):
        before = self.session
        self.session, self.effects = step(before, event)
        if before.visit is not None and self.session.visit != before.visit:
            assert EndVisit in {type(effect) for effect in self.effects}

    @invariant()
    def a_visit_has_a_visitor_and_a_grant(self):
        if self.session.state in {State.VISIT, State.WARNING}:
            assert self.session.visit is not None
            assert self.session.grant is not None

    @invariant()
    def nobodys_states_hold_nobody(self):
        if self.session.state in {State.ATTRACT, State.RESETTING, State.PANEL, State.ENROLMENT}:
            assert self.session.visit is None
            assert self.session.grant is None

    @invariant()
    def out_of_service_always_says_why(self):
        if self.session.state is State.OUT_OF_SERVICE:
            assert self.session.code
        if any(isinstance(effect, ShowPage) and effect.page == "out-of-service" for effect in self.effects):
            assert self.session.state is State.OUT_OF_SERVICE

    @invariant()
    def nothing_is_shown_without_a_window(self):
        if not self.session.front:
            shown = [effect for effect in self.effects if isinstance(effect, ABOUT_A_WINDOW)]
            assert all(getattr(effect, "role", Role.FRONT) is Role.SPARE for effect in shown)

    @invariant()
    def the_panel_is_behind_the_pin(self):
        if any(isinstance(effect, ShowPage) and effect.page == "panel" for effect in self.effects):
            assert self.session.state is State.PANEL

    @invariant()
    def the_pin_page_is_alone_on_the_glass(self):
        if self.session.pin:
            shown = [effect for effect in self.effects if isinstance(effect, ShowPage) and effect.role is Role.FRONT]
            assert {effect.page for effect in shown} <= {"pin"}
            assert self.session.state in {State.ATTRACT, State.VISIT, State.OUT_OF_SERVICE}

    @invariant()
    def the_way_out_is_open(self):
        assert step(self.session, Stop())[1][-1] == Exit(ExitStatus.OK)

    @invariant()
    def a_new_window_always_shows_something(self):
        if self.session.state is not State.ENDED:
            assert step(replace(self.session, front=False), ShellReady())[1]


AnyDay.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestAnyDay = AnyDay.TestCase


# ── a visitor who keeps trying ──────────────────────────────────────────────────────────────────────────────────────


def test_attempts_add_up_within_a_minute():
    once, effects = step(IN_VISIT, Attempt(1))
    assert (once.attempts, effects) == (1, [SetTimer(Timer.ATTEMPTS, ATTEMPTS_COUNT)])
    twice, effects = step(once, Attempt(1))
    assert (twice.attempts, effects) == (2, [])
    assert step(twice, TimerFired(Timer.ATTEMPTS)) == (IN_VISIT, [])


def test_too_many_of_them_lead_to_a_break_and_the_visit_goes_on_after_it():
    session = replace(IN_VISIT, attempts=19)
    cooling, effects = step(session, Attempt(1))

    assert cooling == replace(IN_VISIT, state=State.COOL_DOWN)
    assert effects == [
        ShowPage("cool-down"),
        ClearTimer(Timer.ATTEMPTS),
        ClearTimer(Timer.IDLE),
        SetTimer(Timer.COOL_DOWN, 30.0),
    ]
    assert step(cooling, Attempt(1)) == (cooling, [])
    assert step(cooling, TimerFired(Timer.COOL_DOWN)) == (IN_VISIT, [HidePage(), SetTimer(Timer.IDLE, 60.0)])


def test_done_ends_the_visit_in_a_break_too():
    ended, effects = step(replace(WITH_SPARE, state=State.COOL_DOWN), DoneAsked())

    assert ended.state is State.RESETTING
    assert EndVisit(VISIT, "done") in effects


def test_without_a_limit_there_is_no_break():
    session = replace(IN_VISIT, settings=Settings(cool_down_after=0), attempts=10_000)

    assert step(session, Attempt(1))[0].state is State.VISIT
