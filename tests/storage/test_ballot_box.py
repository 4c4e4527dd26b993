"""The box after a copy was restored without its key: what nobody can read hides nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from ptsp import asking
from ptsp import records as r
from ptsp.ballots import KeyFiles
from ptsp.errors import BoxNotFull
from ptsp.hall import Answer, Work
from tests.support.answers import in_the_box
from tests.support.halls import Office, example_hall


@pytest.fixture
def office(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Office]:
    with example_hall(new_database()) as found:
        found.hall.ballot_keys = KeyFiles(tmp_path / "keys")
        yield found


def answer(office: Office, visitors: int, instrument: str = "skm-9", flags: str = "") -> None:
    form = asking.Form(instrument, "1", {"U1": 4})

    def drop(work: Work) -> Answer:
        asking.drop(work, asking.rows_of([form], {"channel": "kiosk", "day": work.today, "flags": flags}))
        return {}

    for _ in range(visitors):
        office.hall.act(office.system, drop)


def restored_without_key(office: Office, tmp_path: Path) -> KeyFiles:
    office.hall.ballot_keys = KeyFiles(tmp_path / "another machine")
    return office.hall.ballot_keys


def today(office: Office) -> str:
    return office.catalogue().schedule.service_day(office.clock.at)


def written(office: Office) -> int:
    with office.hall.view() as conn:
        return int(conn.execute(select(func.count()).select_from(r.survey_answer)).scalar_one())


def box(office: Office) -> list[Any]:
    with office.hall.view() as conn:
        return asking.in_box(office.hall, conn, office.office_id)


def evening(office: Office) -> int:
    office.clock.forward(days=1)
    return asking.empty_box(office.hall, office.system, before=today(office))


def test_what_cannot_be_read_does_not_fill_the_box(office: Office, tmp_path: Path) -> None:
    answer(office, 4)
    restored_without_key(office, tmp_path)
    answer(office, 1)
    assert len(box(office)) == 1
    assert not asking.enough(box(office), today(office))
    with pytest.raises(BoxNotFull):
        office.do(office.system, asking.count_now)
    asking.before_backup(office.hall, office.system)
    assert evening(office) == 0
    assert written(office) == 0
    answer(office, 4)  # of the next day: five can be read now
    office.do(office.system, asking.count_now)
    assert written(office) == 5


def test_a_batch_is_whole_with_five_that_can_be_read(office: Office, tmp_path: Path) -> None:
    answer(office, 8)
    restored_without_key(office, tmp_path)
    counted = []
    for _ in range(11):
        answer(office, 1)
        with office.hall.view() as conn:
            found = asking.answers_of(office.hall, conn, office.catalogue(), today(office), today(office))
        counted.append((found.of("skm-9").n, found.waiting))
    assert counted == [*[(0, n) for n in range(1, 5)], *[(5, n) for n in range(5)], (10, 0), (10, 1)]


def test_figures_of_today_grow_by_five_of_a_survey(office: Office) -> None:
    """A batch of one to this survey and four others would tell that one."""
    for n in range(1, 21):
        answer(office, 1)
        answer(office, 3, "one-touch")
        answer(office, 1, flags="fast")
        with office.hall.view() as conn:
            found = asking.answers_of(office.hall, conn, office.catalogue(), today(office), today(office))
        assert found.of("skm-9", flagged=False).n == found.only_flagged("skm-9").n == n // 5 * 5
    assert asking.empty_box(office.hall, office.system, before="2026-08-04") == 100


def test_an_old_ballot_without_key_releases_nobody(office: Office, tmp_path: Path) -> None:
    answer(office, 1)
    restored_without_key(office, tmp_path)
    office.clock.forward(days=asking.WAIT_DAYS)
    answer(office, 2)
    assert evening(office) == 0
    assert (written(office), len(box(office))) == (0, 2)
    with office.hall.view() as conn:
        lost = conn.execute(select(r.audit.c.subject).where(r.audit.c.deed == "ballots_lost")).scalars().all()
        ballots = conn.execute(select(func.count()).select_from(r.ballot)).scalar_one()
    assert (lost, ballots) == (["1"], 2), "it is thrown away none the less"
    answer(office, 3)
    assert evening(office) == 5


def test_few_that_have_waited_a_week_are_not_counted_before_their_evening(office: Office) -> None:
    """What is due of age alone is too few for "count now"."""
    answer(office, 1)
    office.clock.forward(days=asking.WAIT_DAYS)
    answer(office, 1)
    with pytest.raises(BoxNotFull):
        office.do(office.system, asking.count_now)
    assert evening(office) == 2


def test_who_only_looks_makes_no_key(office: Office, tmp_path: Path) -> None:
    """Else it might replace the key with which an answer was sealed at the same moment."""
    answer(office, 1)
    keys = restored_without_key(office, tmp_path)
    assert box(office) == []
    with office.hall.view() as conn:
        assert in_the_box(office.hall, conn, office.office_id) == []
    assert evening(office) == 0
    assert keys.known(office.office_id) == []
