"""Results are published as they were then, by managers, of periods that are over; the log keeps every one of them."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from ptsp import asking, publishing
from ptsp import records as r
from ptsp.elements import ELEMENTS, IPAK, SKM
from ptsp.errors import BadRequest, Conflict, NotFound
from ptsp.periods import parse
from tests.support import published
from tests.support.answers import a_year_of_answers
from tests.support.apps import House
from tests.support.halls import Office

Q2 = parse("2026-T2")


def filled(office: Office, n: int = 60, first: str = "2026-04-01", last: str = "2026-06-30", **more: Any) -> Office:
    a_year_of_answers(office, n, first, last, **more)
    return office


def seen(office: Office, survey: str = SKM, period: Any = Q2) -> dict[str, Any]:
    """What a manager is shown."""
    return published.seen(office, survey, period)


def publish(office: Office, *kinds: str, survey: str = SKM, period: Any = Q2, digest: str | None = None) -> list[int]:
    return published.publish(office, kinds or ("page",), survey, period, digest)


def log(office: Office) -> list[publishing.Publication]:
    with office.hall.view() as conn:
        return publishing.log(conn, office.office_id)


def test_what_was_published_does_not_change_when_answers_come_later(office: Office) -> None:
    filled(office)
    [first] = publish(office)
    before = log(office)[0].content
    assert before is not None
    assert before == seen(office)
    assert before["n"] + before["flagged"]["n"] == 60
    filled(office, 40, seed=9)
    now = seen(office)["n"]
    assert now > before["n"]
    assert log(office)[0].content == before
    [second] = publish(office)
    newest, oldest = log(office)
    assert [(one.id, one.shown, one.content and one.content["n"]) for one in (newest, oldest)] == [
        (second, True, now),
        (first, False, before["n"]),
    ]
    assert oldest.replaced


def test_what_was_not_seen_is_not_published(office: Office) -> None:
    filled(office)
    stale = publishing.digest_of(seen(office))
    filled(office, 5, seed=3)
    with pytest.raises(Conflict) as told:
        publish(office, digest=stale)
    assert told.value.facts["reason"] == "changed"
    assert log(office) == []


@pytest.mark.parametrize(
    ("answers", "period", "why"), [(4, "2026-T2", "few"), (0, "2026-T2", "few"), (60, "2026-T3", "running")]
)
def test_nothing_to_publish(office: Office, answers: int, period: str, why: str) -> None:
    asked = parse(period)
    if answers:
        filled(office, answers, asked.first, min(asked.last, "2026-08-01"))
    with pytest.raises(Conflict) as told:
        publish(office, period=asked)
    assert told.value.facts["reason"] == why


def test_an_element_that_nobody_answered_has_no_index_to_publish(office: Office) -> None:
    row = asking.BLANK | {"instrument": SKM, "version": "2017.1", "channel": "paper", "day": "2026-05-04"}
    scores = dict.fromkeys(ELEMENTS[SKM][:-1], 4)
    office.hall.act(office.system, _keeping([row | {"scores": scores} for _ in range(9)]))
    with pytest.raises(Conflict) as told:
        publish(office)
    assert told.value.facts["reason"] == "few"


def _keeping(rows: list[dict[str, Any]]) -> Any:
    def keep(work: Any) -> dict[str, Any]:
        asking.keep(work, [dict(row) for row in rows])
        return {}

    return keep


def test_nothing_is_published_from_which_a_few_answers_could_be_worked_out(office: Office) -> None:
    """Sixty answers were public; sixty and one more would tell that one. So would a longer period with one more."""
    filled(office)
    publish(office)
    publish(office, "board")  # the same figures again tell nothing new
    row = asking.BLANK | {"instrument": SKM, "version": "2017.1", "channel": "paper", "day": "2026-05-04"}
    row |= {"scores": dict.fromkeys(ELEMENTS[SKM], 1)}
    office.hall.act(office.system, _keeping([row]))
    for period in (Q2, parse("2026-S1")):
        with pytest.raises(Conflict) as told:
            publish(office, period=period)
        assert told.value.facts["reason"] == "close"
    assert publish(office, period=parse("2026-05"))  # a part that leaves many others
    office.hall.act(office.system, _keeping([row] * 4))
    assert publish(office)


@pytest.mark.parametrize("order", list(permutations(["2026-04", "2026-05", "2026-Q"])))
def test_the_last_of_several_publications_tells_no_quiet_month(order: tuple[str, ...]) -> None:
    """A quarter and two of its months leave the third: three people."""
    days = {"2026-04": ("2026-04-01", "2026-04-30", 50), "2026-05": ("2026-05-01", "2026-05-31", 60)}
    days["2026-Q"] = ("2026-04-01", "2026-06-30", 113)
    *before, now = (days[one] for one in order)
    known = [
        publishing.Publication(place, "page", SKM, first, last, "", place, None, None, {"n": n})
        for place, (first, last, n) in enumerate(before)
    ]
    assert not publishing.too_close(known[:1], SKM, *before[1])
    assert publishing.too_close(known, SKM, *now)
    assert not publishing.too_close(known, SKM, now[0], now[1], now[2] + 20)
    assert not publishing.too_close(known, "ipak-5", *now)


@pytest.mark.parametrize("kinds", [["poster"], ["page", "wall"], []])
def test_only_the_page_and_the_boards_are_ours(office: Office, kinds: list[str]) -> None:
    filled(office)
    with pytest.raises(BadRequest):
        published.publish(office, tuple(kinds), SKM, Q2)


def test_small_services_are_hidden_and_cannot_be_worked_out(office: Office) -> None:
    filled(office, 90)
    content = seen(office)
    hidden = [one for one in content["services"] if one["hidden"]]
    shown = [one for one in content["services"] if not one["hidden"]]
    assert hidden
    assert shown
    assert all((one["n"], one["ikm"], one["nrr"], one["grade"]) == (None, None, None, "") for one in hidden)
    assert min(one["n"] for one in shown) >= 5
    assert content["n"] - sum(one["n"] for one in shown) >= 5


def test_a_service_with_a_few_answers_more_than_were_public_is_hidden(office: Office) -> None:
    """Twenty of a service were public; twenty-two, with many more of another, would tell of those two."""
    section = next(one for one in office.catalogue().sections if len(one.services) > 3)
    first, second, third, fourth = section.services[:4]

    def give(scores: list[str], *pairs: tuple[Any, int]) -> None:
        about = asking.BLANK | {"instrument": SKM, "version": "2017.1", "channel": "paper", "day": "2026-05-04"}
        about |= {"scores": dict.fromkeys(scores, 3)}
        rows = [about | {"service_id": service.id} for service, n in pairs for _ in range(n)]
        office.hall.act(office.system, _keeping(rows))

    def shown() -> dict[str, int]:
        return {one["code"]: one["n"] for one in seen(office)["services"] if not one["hidden"]}

    every = list(ELEMENTS[SKM])
    give(every, (first, 20), (second, 30), (third, 6), (fourth, 9))
    publish(office)
    assert shown() == {first.code: 20, second.code: 30, third.code: 6, fourth.code: 9}
    give(every, (first, 2), (second, 8))
    # the third did not change: hidden beside the first, it would hide nothing
    assert shown() == {third.code: 6, fourth.code: 9}
    assert set(shown()) == {one["code"] for one in seen(office, period=parse("2026-S1"))["services"] if one["n"]}
    publish(office)
    give(every, (first, 3))
    give(every[:8], (fourth, 7))
    now = seen(office)
    # first and second were hidden together: 60, and would be 63 now
    assert shown() == {second.code: 38, third.code: 6}
    assert [one["n"] for one in now["elements"]] == [*[85] * 8, None]
    assert all(one["nrr"] for one in now["elements"])


def test_the_content_leads_to_nobody(office: Office) -> None:
    """Rounded figures, names of services and elements, and words: nothing that is a row of an answer."""
    filled(office, 30)
    content = seen(office)
    assert set(content) == {
        "survey", "period", "office", "n", "visitors", "needed", "weight", "flagged", "index", "ikm", "grade",
        "interval", "change", "headline", "weakest", "elements", "services",
    }  # fmt: skip
    assert {key for one in content["elements"] for key in one} == {"code", "name", "n", "nrr", "ikm", "grade"}


def test_other_surveys_have_a_value_and_no_grade(office: Office) -> None:
    row = asking.BLANK | {"instrument": IPAK, "version": "2021.1", "channel": "phone", "day": "2026-05-04"}
    rows = [row | {"scores": dict.fromkeys(ELEMENTS[IPAK], 4 if n % 2 else 3)} for n in range(10)]
    office.hall.act(office.system, _keeping(rows))
    content = seen(office, IPAK)
    assert (content["headline"]["value"], content["grade"], content["ikm"]) == ({"id": "3,50", "en": "3.50"}, "", None)
    assert content["headline"]["word"]["id"] == "dari 4,00 (survei mandiri)"


def test_withdrawn_is_gone_but_not_forgotten_and_nothing_comes_back(office: Office) -> None:
    filled(office)
    publish(office)
    filled(office, 40, seed=9)
    [second] = publish(office)
    office.hall.act(office.system, publishing.withdraw, publication_id=second)
    assert [one.shown for one in log(office)] == [False, False]
    with office.hall.view() as conn:
        assert publishing.on_show(conn, office.office_id, "page") == []
        audit = conn.execute(select(r.audit.c.deed, r.audit.c.subject)).all()
    assert ("withdraw", f"publication {second}") in [tuple(row) for row in audit]
    with pytest.raises(NotFound):
        office.hall.act(office.system, publishing.withdraw, publication_id=second + 1)


def test_what_was_done_elsewhere_is_written_down(office: Office) -> None:
    what = {"survey": SKM, "first": Q2.first, "last": Q2.last}

    def note(kind: str, place: str, day: str) -> publishing.Publication:
        made = office.hall.act(office.system, publishing.report, **what, kind=kind, place=place, day=day)
        return next(one for one in log(office) if one.id == made["publication"])

    poster = note("poster", "  Papan pengumuman lobi ", "2026-07-06")
    assert (poster.place, poster.where, poster.content) == ("Papan pengumuman lobi", "offline", None)
    noon = datetime(2026, 7, 6, 12, tzinfo=ZoneInfo("Asia/Jakarta"))
    assert poster.at == noon.timestamp() * 1000
    assert note("report", "Kanwil", "2026-07-07").where == ""
    assert note("elsewhere", "https://kantor.example.go.id/skm", "2026-07-07").where == "online"
    assert note("elsewhere", "Koran Suara Merdeka", "2026-08-03").where == "offline"
    for kind, place, day in (
        ("page", "x", "2026-07-06"),
        ("poster", "   ", "2026-07-06"),
        ("poster", "x" * 301, "2026-07-06"),
        ("poster", "x", "2026-08-04"),
        ("poster", "x", "2026-03-31"),
        ("poster", "x", "kemarin"),
    ):
        with pytest.raises(BadRequest):
            note(kind, place, day)


# --- the managers' page


def manager_page(house: House, path: str = "?period=2026-T2") -> Any:
    return house.person("manager").get(f"/office/survey/published/{path}")


def fields(html: str, action: str) -> dict[str, str]:
    """The hidden fields of a form."""
    import re

    form = re.search(rf'method="post" action="{re.escape(action)}".*?</form>', html, re.S)
    assert form, html[:2000]
    return dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form[0].replace("checked", "")))


def test_a_manager_publishes_withdraws_and_reports(house: House) -> None:
    filled(house.office)
    manager = house.person("manager")
    page = manager.get("/office/survey/published/?period=2026-T2&survey=skm-9")
    content = seen(house.office)
    assert content["headline"]["value"]["id"] in page.text
    sent = fields(page.text, "/office/survey/published/")
    assert sent["digest"] == publishing.digest_of(content)
    sent |= {"kind": "page"}
    assert manager.post("/office/survey/published/", data=sent).status_code == 303
    again = manager.post("/office/survey/published/", data=sent)
    assert (again.status_code, len(log(house.office))) == (303, 1)  # sent twice, published once
    assert log(house.office)[0].person_id == manager.actor.id
    told = {**sent, "where": "poster", "place": "Lobi", "day": "2026-07-01", "request_id": "request-poster"}
    assert manager.post("/office/survey/published/report", data=told).status_code == 303
    html = manager.get("/office/survey/published/?done=noted").text
    assert "Lobi" in html
    shown = log(house.office)[-1 if log(house.office)[0].kind == "poster" else 0]
    gone = manager.post(f"/office/survey/published/{shown.id}/withdraw", data={"request_id": "request-withdraw"})
    assert gone.status_code == 303
    assert not any(one.shown for one in log(house.office) if one.kind == "page")


def test_a_refusal_is_told_on_the_page(house: House) -> None:
    filled(house.office)
    manager = house.person("manager")
    sent = fields(manager.get("/office/survey/published/?period=2026-T2").text, "/office/survey/published/")
    filled(house.office, 7, seed=8)
    answer = manager.post("/office/survey/published/", data=sent | {"kind": "page"})
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert publishing.digest_of(seen(house.office)) in answer.text  # and can be published now


@pytest.mark.parametrize("weight", ["exact", "0.111", "0.11"])
def test_the_index_is_explained_with_the_weight_that_was_chosen(house: House, weight: str) -> None:
    filled(house.office)

    def choose(work: Any) -> dict[str, Any]:
        settings = {**work.office.settings, "survey_weight": weight}
        work.conn.execute(update(r.office).where(r.office.c.id == work.office_id).values(settings=settings))
        work.set_up_changed()
        return {}

    house.office.hall.act(house.office.system, choose)
    publish(house.office)
    visitor = house.person("manager")
    for language, written in (("en", weight), ("id", weight.replace(".", ","))):
        visitor.client.set_cookie("language", language, domain="localhost")
        page = visitor.get(f"/results/of/{house.office.catalogue().code}").text
        assert (f"(NRR x {written}) x 25" in page) == (weight != "exact")
        assert language == "en" or "0.11" not in page
        assert language == "id" or ("the mean of the nine, times 25" in page) == (weight == "exact")


def test_officers_do_not_publish(house: House) -> None:
    assert house.person("officer").get("/office/survey/published/").status_code == 403
    answer = house.person("officer").post("/office/survey/published/", data={"request_id": "request-0001"})
    assert answer.status_code == 403


def test_one_office_does_not_withdraw_for_another(house: House) -> None:
    from tests.support.apps import second_office

    filled(house.office)
    [made] = publish(house.office)
    stranger = house.person("manager", second_office(house))
    answer = stranger.post(f"/office/survey/published/{made}/withdraw", data={"request_id": "request-0001"})
    assert answer.status_code == 404
    assert log(house.office)[0].shown


def test_a_free_period_and_an_empty_office_are_shown(house: House) -> None:
    assert manager_page(house, "").status_code == 200
    assert manager_page(house, "?first=2026-05-01&last=2026-05-20").status_code == 200
    assert manager_page(house, "?period=nonsense&survey=other").status_code == 200
    with house.hall.engine.begin() as conn:
        conn.execute(update(r.office).values(settings={**house.office.catalogue().settings, "public_results": False}))
    assert manager_page(house, "?period=2026-T2").status_code == 200
