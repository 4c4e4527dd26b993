"""Results published in a test, by the actions that the managers' page carries out."""

from __future__ import annotations

from functools import partial
from typing import Any

from ptsp import publishing
from ptsp.elements import SKM
from ptsp.orders import Order
from ptsp.periods import Period, parse
from survey.public.content import compose, composing
from tests.support.answers import a_year_of_answers
from tests.support.halls import Office


def seen(office: Office, survey: str, period: Period) -> dict[str, Any]:
    """What a manager is shown."""
    with office.hall.view() as conn:
        return compose(office.hall, conn, office.catalogue(), survey, period)


def publish(
    office: Office, kinds: tuple[str, ...], survey: str, period: Period, digest: str | None = None
) -> list[int]:
    """The ids. `digest`: of what was seen; by default of the figures as they are."""
    digest = publishing.digest_of(seen(office, survey, period)) if digest is None else digest
    what = {"survey": survey, "first": period.first, "last": period.last, "kinds": list(kinds), "digest": digest}
    action = partial(publishing.publish, compose=composing(survey, period))
    made: list[int] = office.hall.run(Order(office.system, "publish", what), action)["publications"]
    return made


def publishing_doors(office: Office) -> dict[str, tuple[dict[str, Any], str, dict[str, Any]]]:
    """For tests/house/test_doors.py: what can be sent about the first quarter of 2026, a publication being there."""
    period = parse("2026-T1")
    a_year_of_answers(office, 40, period.first, period.last)
    [made] = publish(office, ("page",), SKM, period)
    what = {"survey": SKM, "period": period.code}
    digest = publishing.digest_of(seen(office, SKM, period))
    report = {**what, "where": "poster", "place": "Lobi", "day": "2026-07-01"}
    return {
        "publishing.publish": ({}, "form", {**what, "kind": "page", "digest": digest}),
        "publishing.report": ({}, "form", report),
        "publishing.withdraw": ({"publication_id": made}, "form", {}),
    }
