"""Nobody can say which answer was whose, with the whole database, its logs and the files beside it in hand.

Ten visitors a day, all alike: same service, counter, half of the day and waiting band, so that what an answer states
leads to all ten. Somebody who holds everything puts tickets and answers in every order that storage gives away, and
links the first to the first, the second to the second ... Guessing links one of ten; so must they. The twin test shows
that the same attacker finds every one when answers are written down as they come.
"""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select, text

from ptsp import asking, opening
from ptsp import records as r
from ptsp.ballots import KeyFiles, seal, unseal
from ptsp.errors import SurveyOver, SurveyUsed
from ptsp.hall import Actor, Answer, Order, Work
from tests.support.answers import ALL, in_the_box
from tests.support.halls import Office, Officer, example_hall
from tests.support.services import Postgres

VISITORS, DAYS = 10, 5
# Of 50 links a guesser gets 5; 22 or more happen once in fifty million looks (Poisson). Who sees the order gets all 50.
TOO_MANY = 22
REMARK = "Petugasnya membantu sekali"


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def office(url: str, tmp_path: Path) -> Iterator[Office]:
    with example_hall(url) as office:
        office.hall.ballot_keys = KeyFiles(tmp_path / "keys")
        office.hall.act(office.system, opening.open_hall, until_at=office.clock.at + 30 * 24 * 3_600_000)
        yield office


def pattern(visitor: int, day: int = 0) -> dict[str, int]:
    """Answers that tell the ten visitors apart; and one day's from another's, or yesterday's bytes, still in the log,
    would pass for today's and one order be counted five times."""
    code = visitor + VISITORS * day
    return {f"U{n}": 1 + code // 4 ** (n % 4) % 4 for n in range(1, 10)}


def served(office: Office, desk: Officer) -> dict[str, Any]:
    ticket = office.issue(office.service_for(desk.counter_id))
    office.clock.forward(minutes=2)
    desk.serves_next()
    office.clock.forward(minutes=1)
    return ticket


def says(office: Office, ticket: dict[str, Any], scores: dict[str, int], remark: str = "") -> None:
    """As survey/pages.py hands a sheet in."""
    form = asking.Form("skm-9", "2017.1", scores)

    def submit(work: Work, token: str) -> Answer:
        return asking.submit(work, token, [form], {}, remark)

    visitor = Actor("visitor", ticket["id"], "visitor", office.office_id)
    office.hall.run(Order(visitor, "answer_survey", {"token": ticket["token"]}, secrets.token_urlsafe(8)), submit)


def a_day(office: Office, day: int = 0) -> list[tuple[int, str]]:
    """Ten visits and answers: (ticket, answer as text), in the order in which they happened."""
    desk = office.officer(1)
    happened = []
    for visitor in range(VISITORS):
        ticket = served(office, desk)
        says(office, ticket, pattern(visitor, day))
        happened.append((ticket["id"], as_text(pattern(visitor, day))))
    desk.leaves()
    return happened


def end_of_day(office: Office) -> None:
    office.clock.forward(hours=23)
    today = office.catalogue().schedule.service_day(office.clock.at)
    asking.empty_box(office.hall, office.system, before=today)
    office.hall.act(office.system, asking.close_days)


def as_text(scores: dict[str, int]) -> str:
    return json.dumps(scores, sort_keys=True)


# --- who holds everything --------------------------------------------------------------------------------------------


def ticket_order(office: Office, tickets: set[int]) -> list[int]:
    """The order of answering, from what the hall remembers of requests."""
    a = r.answered.c
    with office.hall.view() as conn:
        rows = conn.execute(select(a.actor).where(a.actor.like("visitor:%")).order_by(a.at))
        return [n for n in (int(row.actor.split(":")[1]) for row in rows) if n in tickets]


def answer_orders(office: Office, url: str, day: str) -> dict[str, list[str]]:
    """Every order in which storage gives a day's answers: by scan, by key, by transaction, by the bytes on disk."""
    a = r.survey_answer
    of_the_day = a.c.day == day
    orders = {}
    with office.hall.view() as conn:
        orders["scan"] = [as_text(row.scores) for row in conn.execute(select(a.c.scores).where(of_the_day))]
        by_key = conn.execute(select(a.c.scores).where(of_the_day).order_by(a.c.id))
        orders["key"] = [as_text(row.scores) for row in by_key]
        if url.startswith("postgresql"):
            query = text("SELECT scores FROM survey_answer WHERE day = :day ORDER BY xmin::text::bigint, ctid")
            orders["transaction"] = [as_text(row.scores) for row in conn.execute(query, {"day": day})]
    if url.startswith("sqlite"):
        known = orders["scan"]
        place = make_url(url).database
        orders["bytes-wal"] = in_bytes(Path(f"{place}-wal"), known)
        with office.hall.view() as conn:
            conn.execute(text("PRAGMA wal_checkpoint"))
        orders["bytes"] = in_bytes(Path(str(place)), known)
    return orders


def in_bytes(path: Path, known: list[str]) -> list[str]:
    """The answers in the order in which they first stand in a file."""
    raw = path.read_bytes()
    found = {one: min(at for at in map(raw.find, spellings(one))) for one in known if raw_has(raw, one)}
    return sorted(found, key=found.__getitem__)


def spellings(one: str) -> list[bytes]:
    scores = json.loads(one)
    return [json.dumps(scores).encode()]


def raw_has(raw: bytes, one: str) -> bool:
    return any(word in raw for word in spellings(one))


def links(office: Office, url: str, day: str, happened: list[tuple[int, str]]) -> dict[str, int]:
    """How many of ten are linked rightly, by each order (and its reverse)."""
    tickets = ticket_order(office, {ticket for ticket, _ in happened})
    truth = dict(happened)
    right = {}
    for name, answers in answer_orders(office, url, day).items():
        for way, order in ((name, answers), (f"{name} backwards", answers[::-1])):
            right[way] = sum(truth[ticket] == answer for ticket, answer in zip(tickets, order, strict=True))
    return right


def test_ten_visitors_cannot_be_told_apart(office: Office, url: str) -> None:
    total: dict[str, int] = {}
    answers = set()
    for n in range(DAYS):
        day = office.catalogue().schedule.service_day(office.clock.at)
        happened = a_day(office, n)
        answers |= {answer for _ticket, answer in happened}
        assert len(answers) == VISITORS * (n + 1)
        end_of_day(office)
        for name, right in links(office, url, day, happened).items():
            total[name] = total.get(name, 0) + right
    print(total)
    assert len(total) >= 6
    assert max(total.values()) < TOO_MANY, total


def test_the_same_attacker_finds_everybody_without_the_box(
    office: Office, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = itertools.count(1)  # and with a key that counts, as tables have it
    monkeypatch.setattr(asking, "drop", asking.keep)
    monkeypatch.setattr(asking.secrets, "randbits", lambda _bits: next(keys))
    day = office.catalogue().schedule.service_day(office.clock.at)
    happened = a_day(office)
    right = links(office, url, day, happened)
    assert right["key"] == VISITORS
    assert right["bytes-wal" if url.startswith("sqlite") else "transaction"] == VISITORS


def test_during_the_day_no_answer_is_in_any_file(office: Office, url: str, tmp_path: Path) -> None:
    desk = office.officer(1)
    lengths = set()
    for remark in ("", REMARK, REMARK * 20):
        says(office, served(office, desk), pattern(3), remark)
    with office.hall.view() as conn:
        assert conn.execute(select(r.survey_answer.c.id)).all() == []
        assert len(in_the_box(office.hall, conn, office.office_id)) == 3
        lengths = {len(row.sealed) for row in conn.execute(select(r.ballot.c.sealed))}
    assert len(lengths) == 1, "the length of a ballot would tell of its remark"
    if url.startswith("sqlite"):
        place = Path(make_url(url).database or "")
        for file in place.parent.glob(f"{place.name}*"):
            assert REMARK.encode() not in file.read_bytes(), file


def test_who_looks_before_and_after_a_visitor_learns_nothing(office: Office) -> None:
    """Figures of today grow by five answers at a time."""
    desk = office.officer(1)
    day = office.catalogue().schedule.service_day(office.clock.at)
    seen = set()
    for n in range(1, 13):
        says(office, served(office, desk), pattern(n % VISITORS))
        with office.hall.view() as conn:
            counted = asking.answers_of(office.hall, conn, office.catalogue(), day, day)
        tally = counted.of("skm-9")
        assert tally.n == n // 5 * 5
        assert counted.waiting == n % 5
        seen.add(tally.dumps())
    assert len(seen) == 3
    end_of_day(office)
    assert so_far(office, day) == 10, "the evening tells of no one or two either"
    for _ in range(asking.WAIT_DAYS):
        end_of_day(office)
    assert so_far(office, day) == 12, "nobody is forgotten"


def so_far(office: Office, day: str) -> int:
    with office.hall.view() as conn:
        return asking.answers_of(office.hall, conn, office.catalogue(), day, day).of("skm-9").n


def test_who_comes_after_the_count_or_late_waits_for_others(office: Office) -> None:
    desk = office.officer(1)
    day = office.catalogue().schedule.service_day(office.clock.at)
    tickets = [served(office, desk) for _ in range(12)]
    desk.leaves()
    for n, ticket in enumerate(tickets[:6]):
        says(office, ticket, pattern(n))
    office.do(office.system, asking.count_now)
    assert so_far(office, day) == 5
    figures = {5}
    for n, ticket in enumerate(tickets[6:9]):
        says(office, ticket, pattern(n))
        figures.add(so_far(office, day))
    end_of_day(office)
    figures.add(so_far(office, day))
    assert figures == {5}
    for n, ticket in enumerate(tickets[9:]):  # the next day: late
        says(office, ticket, pattern(n))
        end_of_day(office)
        figures.add(so_far(office, day))
    assert min(b - a for a, b in itertools.pairwise(sorted(figures))) >= 5
    for _ in range(asking.WAIT_DAYS):
        end_of_day(office)
    assert so_far(office, day) == 12


def test_the_key_is_gone_with_the_day(office: Office, tmp_path: Path) -> None:
    desk = office.officer(1)
    says(office, served(office, desk), pattern(1))
    with office.hall.view() as conn:
        (old,) = conn.execute(select(r.ballot.c.id, r.ballot.c.sealed)).all()  # what a backup of today holds
    (file,) = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert unseal(office.hall.ballot_keys.read(office.office_id), old.id, old.sealed) is not None
    for _ in range(asking.WAIT_DAYS + 1):
        assert len(office.hall.ballot_keys.read(office.office_id)) == 1
        end_of_day(office)
    assert unseal(office.hall.ballot_keys.read(office.office_id), old.id, old.sealed) is None


def test_what_came_after_midnight_stays_in_the_box(office: Office) -> None:
    office.clock.forward(hours=14)  # 23.00
    desk, other = office.officer(1), office.officer(2)
    late, early = [served(office, desk) for _ in range(5)], served(office, other)
    for ticket in late:
        says(office, ticket, pattern(1))
    office.clock.forward(hours=2)
    says(office, early, pattern(2))  # a late answer, of yesterday's visit
    today = office.catalogue().schedule.service_day(office.clock.at)
    assert asking.empty_box(office.hall, office.system, before=today) == 5
    with office.hall.view() as conn:
        assert [row["scores"] for row in in_the_box(office.hall, conn, office.office_id)] == [pattern(2)]
    assert asking.empty_box(office.hall, office.system, before=today) == 0
    assert asking.empty_box(office.hall, office.system, before=ALL) == 1  # all are of the same day now
    with office.hall.view() as conn:
        assert {row.day for row in conn.execute(select(r.survey_answer.c.day))} == {"2026-08-03"}


def test_a_late_answer_is_not_told_by_the_transaction_that_wrote_it(durable_postgres: Postgres) -> None:
    """(SQLite keeps no transaction with a row.)"""
    with example_hall(durable_postgres.new_database()) as office:
        desk = office.officer(1)
        tickets = [served(office, desk) for _ in range(4)]
        for n, ticket in enumerate(tickets[:3]):
            says(office, ticket, pattern(n))
        office.clock.forward(hours=23)
        asking.empty_box(office.hall, office.system, before=ALL)
        says(office, tickets[3], pattern(3))
        asking.empty_box(office.hall, office.system, before=ALL)
        with office.hall.view() as conn:
            found = conn.execute(text("SELECT xmin::text FROM survey_answer")).scalars().all()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_killed_while_opening_nothing_is_lost_or_doubled(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = office.officer(1)
    for n in range(3):
        says(office, served(office, desk), pattern(n))
    with monkeypatch.context() as patch:
        patch.setattr(asking, "keep", lambda *_: 1 / 0)  # after the new key, before the answers
        with pytest.raises(ZeroDivisionError):
            asking.empty_box(office.hall, office.system, before=ALL)
    today = office.catalogue().schedule.service_day(office.clock.at)
    assert asking.empty_box(office.hall, office.system, before=today) == 0  # the caretaker's next round, the same day
    with office.hall.view() as conn:
        assert len(in_the_box(office.hall, conn, office.office_id)) == 3, "of the older key"
    with monkeypatch.context() as patch:
        patch.setattr(asking, "forget_keys", lambda _work: 1 / 0)  # after the commit
        with pytest.raises(ZeroDivisionError):
            asking.empty_box(office.hall, office.system, before=ALL)
    says(office, served(office, desk), pattern(3))
    assert asking.empty_box(office.hall, office.system, before=ALL) == 1
    with office.hall.view() as conn:
        assert len(conn.execute(select(r.survey_answer.c.id)).all()) == 4
    assert len(office.hall.ballot_keys.read(office.office_id)) == 1


def test_a_copy_restored_without_its_key_says_what_is_lost(office: Office, tmp_path: Path) -> None:
    says(office, served(office, office.officer(1)), pattern(1))
    office.hall.ballot_keys = KeyFiles(tmp_path / "another machine")
    for _ in range(8):  # for a week its key may come back
        with office.hall.view() as conn:
            assert len(conn.execute(select(r.ballot.c.id)).all()) == 1
        office.clock.forward(days=1)
        assert asking.empty_box(office.hall, office.system, before=ALL) == 0
    with office.hall.view() as conn:
        lost = conn.execute(select(r.audit.c.subject).where(r.audit.c.deed == "ballots_lost")).scalar_one()
    assert lost == "1"


def test_before_a_backup_the_box_is_emptied_if_it_can_be_shuffled(office: Office) -> None:
    desk = office.officer(1)
    for n in range(1, 6):
        says(office, served(office, desk), pattern(n))
        asking.before_backup(office.hall, office.system)
        with office.hall.view() as conn:
            assert len(conn.execute(select(r.survey_answer.c.id)).all()) == (5 if n == 5 else 0)


def test_one_answer_a_ticket_and_in_time(office: Office) -> None:
    desk = office.officer(1)
    first, second = served(office, desk), served(office, desk)
    says(office, first, pattern(1))
    with pytest.raises(SurveyUsed):
        says(office, first, pattern(2))
    office.clock.forward(days=3)
    says(office, second, pattern(2))
    third = served(office, desk)
    office.clock.forward(days=4)
    with pytest.raises(SurveyOver):
        says(office, third, pattern(3))


def test_a_ballot_is_of_its_id_alone() -> None:
    key = secrets.token_bytes(32)
    sealed = seal(key, 7, {"U1": 4})
    assert unseal([key], 7, sealed) == {"U1": 4}
    assert unseal([key], 8, sealed) is None
    assert unseal([secrets.token_bytes(32)], 7, sealed) is None
    with pytest.raises(ValueError, match="a ballot holds"):
        seal(key, 7, "x" * 9000)
