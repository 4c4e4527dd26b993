"""Applying an office's file again: updates, adds, switches off; never deletes, never strands a visitor."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from ptsp import logo, opening
from ptsp import records as r
from ptsp.errors import CounterTaken, ServiceClosed
from ptsp.office_file import read_office
from ptsp.setting_up import found_office
from tests.support.halls import EXAMPLE

PLAN = read_office(EXAMPLE.read_text(encoding="utf-8"))


def without_service(plan, code):
    sections = [
        replace(section, services=tuple(one for one in section.services if one.code != code))
        for section in plan.sections
    ]
    counters = [replace(one, services=tuple(name for name in one.services if name != code)) for one in plan.counters]
    return replace(plan, sections=tuple(sections), counters=tuple(counters))


def count(office, table):
    with office.hall.view() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


def test_again_changes_nothing(office):
    before = office.catalogue()
    answer = found_office(office.hall, PLAN)
    assert not answer["founded"]
    assert all(answer[what] == {"added": 0, "changed": 0, "off": 0} for what in ("sections", "services", "counters"))
    after = office.catalogue()
    assert (after.sections, after.counters) == (before.sections, before.counters)
    assert after.revision > before.revision


def test_a_logo_that_is_named_and_not_handed_in_takes_none_away(office):
    named = replace(PLAN, logo="logo.png")
    found_office(office.hall, named, picture=b"a picture")
    before = office.catalogue()
    with pytest.raises(ValueError, match="names a logo"):
        found_office(office.hall, replace(named, name="Lain"))
    with office.hall.view() as conn:
        assert logo.logo_of(conn, office.office_id) == b"a picture"
    after = office.catalogue()
    assert (after.setting("logo"), after.name) == (before.setting("logo"), before.name)
    assert found_office(office.hall, replace(PLAN, logo=""))["office_id"] == office.office_id  # said so: it goes
    assert office.catalogue().setting("logo") == ""


def test_screens_hear_of_it(office):
    seq = office.changes[-1].seq if office.changes else 0
    found_office(office.hall, PLAN)
    assert office.changes[-1].seq > seq


def test_a_new_name_and_time_arrive(office):
    sections = list(PLAN.sections)
    first = sections[0].services[0]
    renamed = replace(first, name={"id": "Tanya", "en": "Ask"}, promised_minutes=7)
    sections[0] = replace(sections[0], services=(renamed, *sections[0].services[1:]))
    assert found_office(office.hall, replace(PLAN, sections=tuple(sections)))["services"]["changed"] == 1
    service = office.catalogue().service(office.service(first.code))
    assert (service.name["id"], service.promised_minutes) == ("Tanya", 7)


def test_what_vanished_is_off_and_kept(office):
    before = count(office, r.service)
    assert found_office(office.hall, without_service(PLAN, "magang"))["services"]["off"] == 1
    assert count(office, r.service) == before
    with pytest.raises(ServiceClosed):
        office.issue(office.service("magang"))
    found_office(office.hall, PLAN)
    assert office.issue(office.service("magang"))["number"] == "A-001"


def test_who_waits_for_a_service_that_vanished_is_still_called(office):
    ticket = office.issue(office.service("magang"))
    found_office(office.hall, without_service(PLAN, "magang"))
    assert office.officer(1).calls_next()["number"] == ticket["number"]


def test_a_counter_in_use_is_not_switched_off(office):
    office.officer(6)
    fewer = replace(PLAN, counters=PLAN.counters[:5])
    with pytest.raises(CounterTaken):
        found_office(office.hall, fewer)
    assert office.catalogue().counter(office.counters[5]).active


def test_a_counter_that_nobody_uses_is_switched_off(office):
    found_office(office.hall, replace(PLAN, counters=PLAN.counters[:5]))
    last = office.catalogue().counter(office.counters[5])
    assert not last.active
    assert last.service_ids == frozenset()


def test_what_the_file_does_not_say_stays(office):
    office.hall.act(office.system, opening.open_hall, until_at=office.clock.at + 1000)
    found_office(office.hall, PLAN)
    assert office.catalogue().setting("open_until") == office.clock.at + 1000


def test_offices_stand_side_by_side(office):
    other = found_office(office.hall, replace(PLAN, code="lain", timezone="Asia/Makassar"))
    assert other["founded"]
    assert other["office_id"] != office.office_id
    assert count(office, r.office) == 2
    assert office.issue()["number"] == "A-001"


def test_a_plan_that_fails_leaves_no_office(office):
    broken = replace(PLAN, code="lain", counters=(replace(PLAN.counters[0], services=("nothing",)),))
    with pytest.raises(KeyError):
        found_office(office.hall, broken)
    assert count(office, r.office) == 1
