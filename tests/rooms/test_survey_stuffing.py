"""Against stuffing: tokens that are used, forged, too old or guessed enter nothing; bursts of real ones are flagged;
whatever the network and the visitor do, a ticket has exactly one whole answer or none."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest

from ptsp import asking
from ptsp.errors import NotFound, SurveyOver, SurveyUsed
from survey import pages
from survey.answers import Sheet
from survey.patterns import MOST_A_MINUTE, Bursts
from tests.house.test_doors import everything
from tests.support.answers import ALL, in_the_box
from tests.support.apps import House, Visitor

SCORES = {"U1": 4, "U2": 3, "U3": 2, "U4": 4, "U5": 3, "U6": 4, "U7": 4, "U8": 1, "U9": 3}
ATTEMPTS, BY_HTTP = 10_000, 1_000
# Below the rate of one address (60 a minute): each address knocks so often, then another one comes.
KNOCKS = 50


@pytest.fixture(autouse=True)
def fresh_bursts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of its own: other tests' phones are not remembered."""
    monkeypatch.setattr(pages, "bursts", Bursts())


def served(house: House, how_many: int) -> list[str]:
    """Tokens of visits that have just ended."""
    officer = house.office.officer(1)
    service = house.office.service_for(officer.counter_id)
    tokens = []
    for _ in range(how_many):
        tokens.append(house.office.issue(service)["token"])
        officer.serves_next()
    return tokens


def kept(house: House) -> list[dict[str, Any]]:
    with house.hall.view() as conn:
        return in_the_box(house.hall, conn, house.office.office_id)


def body(token: str, request_id: str = "survey-request-1", **more: Any) -> dict[str, Any]:
    return {"request_id": request_id, "token": token, "scores": SCORES, "took_ms": 45_000} | more


def bad_tokens(house: House) -> Iterator[tuple[str, str]]:
    """(kind, token) without end: used, too old, forged from a real one, guessed."""
    too_old = served(house, 3)
    house.office.clock.forward(days=4)
    *used, real = served(house, 4)
    phone = house.visitor()
    for n, token in enumerate(used):
        assert phone.post("/survey/answers", json=body(token, f"honest-request-{n}")).status_code == 200
    for n in count():
        yield "used", used[n % len(used)]
        yield "over", too_old[n % len(too_old)]
        at = n % len(real)
        yield "forged", real[:at] + ("A" if real[at] != "A" else "B") + real[at + 1 :]
        yield "guessed", secrets.token_urlsafe(16)


REFUSED = {"used": (409, "survey_used"), "over": (409, "survey_over")}
RAISED: dict[str, type[Exception]] = {"used": SurveyUsed, "over": SurveyOver}


def test_ten_thousand_attempts_enter_nothing(house: House) -> None:
    """A thousand through HTTP, with all that a browser sends; nine thousand at the inner door, `pages.hand_in`."""
    tokens = bad_tokens(house)
    first = next(tokens)
    before = everything(house.hall)
    for n in range(BY_HTTP):
        kind, token = next(tokens) if n else first
        if n % KNOCKS == 0:
            phone = house.visitor()
        answer = phone.post("/survey/answers", json=body(token, f"attempt-{n:06d}"))
        assert (answer.status_code, answer.json["error"]["code"]) == REFUSED.get(kind, (404, "not_found")), kind
    with house.app.app_context():
        for n in range(BY_HTTP, ATTEMPTS):
            kind, token = next(tokens)
            with pytest.raises(RAISED.get(kind, NotFound)):
                pages.hand_in(Sheet(f"attempt-{n:06d}", token, SCORES), "phone", "one phone")
    assert everything(house.hall) == before, "not a row of any table is another"
    (real,) = served(house, 1)
    assert house.visitor().post("/survey/answers", json=body(real)).status_code == 200, "the door itself works"


def test_who_knocks_too_often_waits(house: House) -> None:
    phone, other = house.visitor(), house.visitor()
    answers = [phone.post("/survey/answers", json=body(secrets.token_urlsafe(16))) for _ in range(61)]
    assert [answer.status_code for answer in answers] == [404] * 60 + [429]
    assert answers[-1].json["error"]["code"] == "too_many_requests"
    assert other.post("/survey/answers", json=body(secrets.token_urlsafe(16))).status_code == 404


def flags_when_answered_by(house: House, visitor: Visitor, how_many: int, **more: Any) -> list[str]:
    """Flags of so many answers from one device within a few seconds, as kept, sorted."""
    already = len(kept(house))
    for n, token in enumerate(served(house, how_many)):
        answer = visitor.post("/survey/answers", json=body(token, f"honest-{already:03d}-{n:03d}", **more))
        assert answer.status_code == 200, "flagged, never refused"
        house.office.clock.forward(seconds=1)
    return sorted(row["flags"] for row in kept(house))


def test_a_burst_of_real_tokens_from_one_phone_is_flagged(house: House) -> None:
    most = MOST_A_MINUTE["full"]
    assert flags_when_answered_by(house, house.visitor(), 12) == [""] * most + ["burst"] * (12 - most)
    flags = flags_when_answered_by(house, house.visitor(), 1)
    assert flags.count("burst") == 12 - most, "the next phone is nobody's burst"


def test_a_burst_at_one_screen_is_flagged_whatever_its_address(house: House) -> None:
    most, screen = MOST_A_MINUTE["full"], house.screen("survey")
    tokens = served(house, most + 1)
    for n, token in enumerate(tokens):
        screen.address = f"10.9.0.{n + 1}"
        screen.post("/survey/answers", json=body(token, f"screen-{n:06d}", channel="kiosk"))
    assert sorted(row["flags"] for row in kept(house)) == [""] * most + ["burst"]
    assert {row["channel"] for row in kept(house)} == {"kiosk"}


def test_after_a_minute_it_is_no_burst(house: House) -> None:
    phone = house.visitor()
    flags_when_answered_by(house, phone, MOST_A_MINUTE["full"])
    house.office.clock.forward(minutes=1)
    assert set(flags_when_answered_by(house, phone, 1)) == {""}


def test_sent_again_is_not_one_more_of_a_burst(house: House) -> None:
    phone, (token, *_others) = house.visitor(), served(house, 1)
    for _ in range(20):
        assert phone.post("/survey/answers", json=body(token)).status_code == 200
    assert set(flags_when_answered_by(house, phone, 1)) == {""}


def test_fast_and_same_are_flagged_and_kept(house: House) -> None:
    quick, same, calm = served(house, 3)
    phone = house.visitor()
    phone.post("/survey/answers", json=body(quick, "quick-request", took_ms=4_000))
    phone.post("/survey/answers", json=body(same, "same-request-1", scores=dict.fromkeys(SCORES, 4), took_ms=4_000))
    phone.post("/survey/answers", json=body(calm, "calm-request-1", scores=dict.fromkeys(SCORES, 4), took_ms=40_000))
    assert sorted(row["flags"] for row in kept(house)) == ["", "fast", "fast,same"]
    assert not {"took_ms", "device", "address"} & set(kept(house)[0]), "how long it took is judged, not kept"


def test_a_phone_cannot_pass_for_a_screen(house: House) -> None:
    (token,) = served(house, 1)
    house.visitor().post("/survey/answers", json=body(token, channel="tablet"))
    assert [row["channel"] for row in kept(house)] == ["phone"]


def test_flagged_answers_are_counted_or_not_as_the_office_says(house: House) -> None:
    flags_when_answered_by(house, house.visitor(), 12)
    office, day = house.office.catalogue(), "2026-08-03"
    asking.empty_box(house.hall, house.office.system, before=ALL)
    with house.hall.view() as conn:
        counted = asking.answers_of(house.hall, conn, office, day, day)
    assert (counted.of("skm-9").n, counted.of("skm-9", flagged=False).n, counted.only_flagged("skm-9").n) == (12, 5, 7)


# --- exactly one whole answer or none -----------------------------------------------------------------------------


def test_a_half_filled_sheet_is_one_answer(house: House) -> None:
    (token,) = served(house, 1)
    house.visitor().post("/survey/answers", json=body(token, scores={"U2": 3, "U9": 4}))
    assert [row["scores"] for row in kept(house)] == [{"U2": 3, "U9": 4}]


def test_the_back_button_makes_no_second_answer(house: House) -> None:
    (token,), phone = served(house, 1), house.visitor()
    assert phone.post("/survey/answers", json=body(token)).status_code == 200
    again = phone.post("/survey/answers", json=body(token, "survey-request-2", scores={"U1": 1}))
    assert (again.status_code, again.json["error"]["code"]) == (409, "survey_used")
    assert [row["scores"] for row in kept(house)] == [SCORES]


def test_a_lost_reply_and_another_try_is_one_answer(house: House) -> None:
    (token,), phone = served(house, 1), house.visitor()
    first = phone.post("/survey/answers", json=body(token))  # the reply is lost on its way
    again = phone.post("/survey/answers", json=body(token))
    assert (first.status_code, again.status_code, len(kept(house))) == (200, 200, 1)


@pytest.mark.parametrize("same_id", [True, False], ids=["one request", "eight requests"])
def test_eight_at_once_are_one_answer(house: House, same_id: bool) -> None:
    (token,), phones = served(house, 1), [house.visitor() for _ in range(8)]
    for phone in phones:
        phone.fresh_csrf()

    def send(n: int) -> int:
        request_id = "survey-request-1" if same_id else f"survey-request-{n}"
        return int(phones[n].post("/survey/answers", json=body(token, request_id)).status_code)

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(send, range(8)))
    assert codes == ([200] * 8 if same_id else [200] + [409] * 7)
    assert len(kept(house)) == 1


def test_a_machine_that_fails_in_the_middle_keeps_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (token,), phone = served(house, 1), house.visitor()
    before = everything(house.hall)
    with monkeypatch.context() as broken:
        broken.setattr(asking, "drop", lambda *_: (_ for _ in ()).throw(OSError("disk")))
        assert phone.post("/survey/answers", json=body(token)).status_code == 500
    assert everything(house.hall) == before, "the ticket is not spent either"
    assert phone.post("/survey/answers", json=body(token)).status_code == 200
    assert len(kept(house)) == 1


def test_a_refused_sheet_spends_nothing(house: House) -> None:
    (token,), phone = served(house, 1), house.visitor()
    for wrong in (
        {"scores": {"P1": 4}},
        {"scores": {"U1": 4, "K1": 4}},
        {"extras": {"X1": 4}},
        {"versions": {"skm-9": "1"}},
    ):
        assert phone.post("/survey/answers", json=body(token, **wrong)).status_code == 400, wrong
    assert phone.post("/survey/answers", json=body(token)).status_code == 200
