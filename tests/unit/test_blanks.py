"""Which cells of the workbook's answers stay empty: nothing that is left to read is said of fewer than five."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from ptsp.tallies import FEWEST
from survey.report.blanks import Told, blanked


def answers_at_random(chance: random.Random) -> list[tuple[str, ...]]:
    """Month, service, marked, version, half of the day, channel."""
    n = chance.choice([*range(5, 21), 100, 400, 1500])
    months, services, versions = chance.randint(1, 12), chance.randint(1, 25), chance.randint(1, 2)
    busy = [1 / (1 + rank) for rank in range(services)]
    return [
        (
            f"2026-{chance.randint(1, months):02}",
            f"Service {chance.choices(range(services), busy)[0]}",
            str(chance.random() < 0.02),
            str(chance.randint(1, versions)),
            chance.choice(["08.00-12.00", "13.00-17.00"]),
            chance.choices(["kiosk", "phone", "tablet", "paper"], [52, 30, 12, 6])[0],
        )
        for _ in range(n)
    ]


@pytest.mark.parametrize("seed", range(60))
def test_what_is_left_to_read_is_said_of_five(seed: int) -> None:
    rows = answers_at_random(random.Random(seed))
    told = blanked(rows)
    assert min(Counter(told).values()) >= FEWEST
    for row, seen in zip(rows, told, strict=True):
        assert all(word in (None, true) for word, true in zip(seen, row, strict=True)), "something else was written"
    assert blanked(rows) == told
    assert not found_by_difference(rows, told)


def found_by_difference(rows: list[tuple[str, ...]], told: list[Told]) -> list[tuple[str, ...]]:
    """Values of which the figures of a period, less the rows where they can be read, are those of one to four answers:
    in the whole period, and in a month of it."""
    found = []
    for column in range(len(rows[0])):
        for scope in ((column,), (0, column)):
            all_of = Counter(tuple(row[at] for at in scope) for row in rows)
            shown = Counter(
                tuple(row[at] for at in scope) for row, seen in zip(rows, told, strict=True) if seen[column]
            )
            constant = len({row[column] for row in rows}) == 1
            found += [key for key in all_of if not constant and shown[key] and 0 < all_of[key] - shown[key] < FEWEST]
    return found


def test_rows_that_are_alike_lose_nothing() -> None:
    rows = [("2026-07", "A", "False", "1", "08.00-12.00", "kiosk")] * 5
    assert blanked(rows) == rows
    assert blanked([]) == []


def test_no_more_is_left_empty_than_must_be() -> None:
    """One paper form among forty answers from the kiosk takes five of them along, and only the channel."""
    alike = ("2026-07", "A", "False", "1", "08.00-12.00")
    rows = [(*alike, "kiosk")] * 40 + [(*alike, "paper")]
    assert Counter(blanked(rows)) == {(*alike, "kiosk"): 35, (*alike, None): 6}
