"""One action, one transaction, one line of history: who may commit, emit, read the time; what the database refuses."""

from __future__ import annotations

import ast
import random
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from ptsp import records as r
from ptsp.checking import check_book
from ptsp.database import open_engine
from ptsp.errors import PtspError
from tests.house.test_stairs import PRODUCT, ROOMS, sources
from tests.support.halls import Office, Officer, example_hall
from tests.support.services import private_postgres

OF_A_TICKET = re.compile(r"(ticket|visit|row|current)\.state")


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node


def method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def keywords(call: ast.Call) -> set[str | None]:
    """The names given by keyword."""
    return {one.arg for one in call.keywords}


def test_one_place_commits() -> None:
    for path, tree in sources(*PRODUCT):
        for call in calls(tree):
            assert method(call) not in ("commit", "begin_nested") or path == "ptsp/hall.py", (
                f"{path}:{call.lineno}: only Hall.work commits; hand an action to hall.run"
            )


def test_one_place_emits() -> None:
    every = ((path, call) for path, tree in sources(*PRODUCT) for call in calls(tree))
    found = [f"{path}:{call.lineno}" for path, call in every if method(call) == "emit"]
    assert len(found) == 1, f"leave word with work.notify; web/live.py sends it after the commit. Found: {found}"
    assert found[0].startswith("web/live.py")


def test_one_place_reads_the_time() -> None:
    """`monotonic` and `sleep` pace slow I/O and never reach a record."""
    pacing = (
        "web/live.py", "web/bus.py", "kiosk/paper/", "kiosk/virtual_printer/", "ptsp/database.py", "ptsp/turns.py",
        "server/newcomer.py", "server/console/", "server/doctor.py",
    )  # fmt: skip
    wall = re.compile(r"^(date|datetime)\.(datetime\.)?(now|utcnow|today)$|^time\.(time|time_ns|localtime|gmtime)$")
    steady = re.compile(r"^time\.(monotonic|monotonic_ns|perf_counter|perf_counter_ns|sleep)$")
    for path, tree in sources(*PRODUCT):
        if path == "ptsp/clock.py":
            continue
        for call in calls(tree):
            said = ast.unparse(call.func)
            assert not wall.match(said), f"{path}:{call.lineno}: {said}: take hall.clock.read() or work.reading"
            assert not steady.match(said) or path.startswith(pacing), (
                f"{path}:{call.lineno}: {said}: durations of records are differences of ticks (ptsp/clock.py)"
            )
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "time":
                raise AssertionError(f"{path}:{node.lineno}: import time, not from time: this check reads the calls")


def test_who_is_next_has_one_sorting_key() -> None:
    """Every list of the waiting is ORDER BY rank_at, number."""
    for path, tree in sources(*PRODUCT):
        for call in calls(tree):
            if method(call) == "order_by" and (said := ", ".join(ast.unparse(one) for one in call.args)):
                if "rank_at" in said:
                    assert said == "_t.rank_at, _t.number", f"{path}:{call.lineno}: rank_at, number; nothing else"
                assert "priority" not in said, f"{path}:{call.lineno}: priority is a credit in rank_at (issuing.py)"
    given = {path for path, tree in sources(*PRODUCT) for call in calls(tree) if "rank_at" in keywords(call)}
    asking = {"ptsp/estimates.py"}  # who is ahead; writes nothing
    assert given - asking == {"ptsp/issuing.py", "ptsp/queueing.py"}, "rank_at is computed when a ticket enters a queue"


def test_rules_about_states_live_on_the_ground_floor() -> None:
    """No page decides by `if ticket.state == ...`; pictures may choose what to show."""
    showing = ("counter/visit.py", "display/ticket_state.py")
    for path, tree in sources("web", *ROOMS):
        tests = [node.test for node in ast.walk(tree) if isinstance(node, (ast.If, ast.IfExp, ast.While))]
        for part in (part for test in tests for part in ast.walk(test)):
            if isinstance(part, ast.Compare) and OF_A_TICKET.fullmatch(ast.unparse(part.left)):
                assert path in showing, f"{path}:{part.lineno}: the table of moves (ptsp/states.py) decides this"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An office with a few lines in its book, on each database."""

    def fill(url: str) -> Engine:
        with example_hall(url) as office:
            office.issue()
            office.officer(1).serves_next()
        return open_engine(url)

    if request.param == "sqlite":
        engine = fill(f"sqlite:///{tmp_path_factory.mktemp('book') / 'hall.sqlite3'}")
        yield engine
        engine.dispose()
        return
    with private_postgres(fsync=False) as postgres:
        engine = fill(postgres.new_database())
        yield engine
        engine.dispose()


@pytest.mark.parametrize("table", ["daybook", "audit"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET actor = 'nobody'", "DELETE FROM {}"])
def test_the_database_takes_nothing_back(book: Engine, table: str, deed: str) -> None:
    before = rows(book, table)
    assert before
    with pytest.raises(Exception, match="append-only"), book.connect().execution_options(writer=True) as conn:
        conn.execute(text(deed.format(table)))
    assert rows(book, table) == before


def rows(engine: Engine, table: str) -> list[tuple[object, ...]]:
    with engine.connect() as conn:
        return [tuple(row) for row in conn.execute(r.metadata.tables[table].select())]


def test_history_is_in_every_database() -> None:
    assert set(r.APPEND_ONLY) == {"daybook", "audit", "complaint_line"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_tickets_are_what_the_book_says_after_a_busy_day(office: Office, seed: int) -> None:
    chance = random.Random(seed)
    officers = [office.officer(number) for number in range(1, len(office.counters) + 1)]
    tickets: list[dict[str, object]] = []
    done: Counter[str] = Counter()
    for _ in range(600):
        office.clock.forward(seconds=chance.randint(0, 40))
        deed = chance.choice(DEEDS) if tickets else issues
        try:
            deed(office, chance, officers, tickets)
            done[deed.__name__] += 1
        except PtspError:
            done["refused"] += 1
    assert all(done[deed.__name__] for deed in DEEDS), done
    assert done["refused"]
    with office.hall.view() as conn:
        wrong = check_book(conn, office.office_id)
    assert not wrong, f"every move goes through queueing.move, every line through Work.write: {wrong}"


def issues(office: Office, chance: random.Random, _officers: list[Officer], tickets: list[dict[str, object]]) -> None:
    tickets.append(office.issue(chance.choice(office.services), priority=chance.random() < 0.2))


def calls_next(_office: Office, chance: random.Random, officers: list[Officer], _tickets: object) -> None:
    chance.choice(officers).calls_next()


def starts(_office: Office, chance: random.Random, officers: list[Officer], _tickets: object) -> None:
    chance.choice(officers).starts()


def finishes(_office: Office, chance: random.Random, officers: list[Officer], _tickets: object) -> None:
    chance.choice(officers).finishes(chance.choice(["delivered", "filed"]))


def misses(_office: Office, chance: random.Random, officers: list[Officer], _tickets: object) -> None:
    chance.choice(officers).marks_no_show()


def parks(_office: Office, chance: random.Random, officers: list[Officer], _tickets: object) -> None:
    chance.choice(officers).parks("fotokopi")


def resumes(_office: Office, chance: random.Random, officers: list[Officer], tickets: list[dict[str, object]]) -> None:
    chance.choice(officers).resumes(int(str(chance.choice(tickets)["id"])))


DEEDS = (issues, calls_next, starts, finishes, misses, parks, resumes)
