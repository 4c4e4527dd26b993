"""The example office with as many counters as the log had that day, and officers who sit down there."""

from __future__ import annotations

import re
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from benchmarks.visit_log import SERVICES, Desk, Visit
from tests.support.clients import ANSWER_S, Screen
from tests.support.halls import EXAMPLE
from tests.support.servers import PASSWORD

# Numbers are taken at night too, and what began before midnight belongs to the day before until 04.00.
AROUND_THE_CLOCK = '[settings]\nissue_when_closed = true\nday_turns_at = "04.00"\n'


def office_file(desks: dict[Desk, list[Visit]]) -> str:
    """The example office's file with these desks as counters 1, 2, 3 ...; one more takes what the log does not know."""
    example = EXAMPLE.read_text()
    sections = re.findall(r'^\[\[section\]\]\ncode = "([^"]+)"', example, re.M)
    head = example.split("\n[[counter]]", 1)[0].replace("[settings]\n", AROUND_THE_CLOCK, 1)
    counters = [_counter(number, str(desk), _taken(desks[desk])) for number, desk in enumerate(desks, 1)]
    return "\n".join([head, *counters, _counter(len(desks) + 1, "spare", sections)])


def _taken(visits: list[Visit]) -> list[str]:
    return sorted({SERVICES[visit.service] for visit in visits})


def _counter(number: int, name: str, services: list[str]) -> str:
    return f'\n[[counter]]\nnumber = {number}\nname = {{ id = "{name}", en = "{name}" }}\nservices = {services}\n'


class Officer(Screen):
    """Somebody at a desk: signed in through the form, connected by websocket, seated."""

    def __init__(self, url: str, counter_id: int, login: str, address: str) -> None:
        self.counter_id = counter_id
        super().__init__(url, "counter", signed_in=sign_in_from(address, url, login), counter_id=counter_id)

    def does(self, name: str, **params: Any) -> None:
        """One command at this desk, which must succeed."""
        reply = self.command(name, counter_id=self.counter_id, **params)
        assert reply.code == "ok", (name, params, reply)


class _From(HTTPAdapter):
    """Requests from an address of one's own: the sign-in's limits count by address, and a hall's PCs have one each."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> Any:
        return super().init_poolmanager(*args, **kwargs, source_address=(self._address, 0))


def sign_in_from(address: str, url: str, login: str) -> requests.Session:
    """A browser on the machine at this loopback address, in which this person has signed in."""
    browser = requests.Session()
    browser.mount("http://", _From(address))
    form = browser.get(f"{url}/sign-in", timeout=ANSWER_S)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form.text)
    assert found, form.text[:500]
    fields = {"login": login, "password": PASSWORD, "csrf_token": found.group(1)}
    entered = browser.post(f"{url}/sign-in", fields, timeout=ANSWER_S, allow_redirects=False)
    assert entered.status_code == 303, (login, entered.status_code, entered.text[:300])
    return browser
