"""Pictures of the screens in the middle of a busy morning, for the README:  python -m tests.browser.pictures [folder]

Deterministic but for the tokens: a driven clock, the same visitors, the same officers. Each file stays under 250 kB.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image

from ptsp import asking, issuing, opening, people, queueing, staffing
from ptsp.hall import Actor
from survey import instruments
from tests.browser.chromium import Chromium
from tests.browser.conftest import Screens, a_hall
from tests.browser.screens import eventually
from tests.support.answers import a_year_of_answers
from tests.support.driven_clock import FileClock
from tests.support.halls import ROOT, Office
from tests.support.servers import PASSWORD, Site

FOLDER = ROOT / "docs" / "pictures"
MOST_BYTES = 250_000
# A Tuesday. Two minutes a step; the pictures are taken at 10.42.
OPENS = datetime(2026, 8, 4, 7, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
NOW = OPENS.replace(hour=10, minute=42)
OFFICERS = dict(
    enumerate(("Siti Rahmawati", "Budi Santoso", "Nur Aini", "Agus Wibowo", "Dewi Lestari", "Hendra Putra"), 1)
)
# Code of a service -> how many come, beside each other.
WANTED = {
    "legalisir-ijazah": 6, "surat-masuk": 4, "informasi-umum": 3, "konsultasi-perkawinan": 8, "rekomendasi-halal": 6,
    "mutasi-siswa": 2, "legalisir-kepegawaian": 3, "izin-penelitian": 2, "magang": 1, "tpg": 4, "siaga": 3,
    "emis-madrasah": 2, "izin-pontren": 1, "arah-kiblat": 1, "tanah-wakaf": 2, "bimas-kristen": 1, "informasi-haji": 0,
}  # fmt: skip
REMARKS = ("Petugas ramah dan cepat.", "", "", "Ruang tunggu agak panas.", "Terima kasih, sangat membantu.", "")


@dataclass
class Clerk:
    """An officer of the example morning."""

    counter_id: int
    actor: Actor
    free_at: datetime
    serving: dict[str, Any] | None = None


class Morning:
    """Visitors come and are served from 07.30 until NOW."""

    def __init__(self, office: Office, clock: FileClock) -> None:
        self.office, self.clock, self.chance = office, clock, random.Random(1042)
        self.kiosk = Actor("device", 1, "kiosk", office.office_id, "Kiosk 1")
        self.clerks: list[Clerk] = []
        self.tokens: dict[int, str] = {}
        self.served: list[str] = []  # tokens

    def passes(self) -> None:
        moment = OPENS
        self.clock.stand(moment)
        self.hires("Rina Marlina", "manager")
        for number, name in OFFICERS.items():
            self.clerks.append(self.sits_down(number, name))
        while moment < NOW:
            self.clock.stand(moment)
            self.come(moment)
            for clerk in self.clerks:
                self.works(clerk, moment)
            moment += timedelta(minutes=1)
        self.clock.stand(NOW)

    def hires(self, name: str, role: str) -> Actor:
        known = {"login": name.split()[0].lower(), "name": name, "role": role}
        hashed = people.hash_password(PASSWORD)
        made = self.office.hall.act(self.office.system, people.add_person, password_hash=hashed, **known)
        return Actor("person", made["person_id"], role, self.office.office_id, name)

    def sits_down(self, number: int, name: str) -> Clerk:
        person = self.hires(name, "officer")
        opened = self.office.hall.act(person, people.sign_in)
        with self.office.hall.view() as conn:
            found = people.by_signin(conn, opened["secret"], self.office.clock.read().at)
        assert found is not None
        clerk = Clerk(self.office.counters[number - 1], found[0], OPENS)
        self.does(clerk, staffing.take)
        return clerk

    def come(self, moment: datetime) -> None:
        """Most come between eight and ten."""
        often = 0.8 if 8 <= moment.hour < 10 else 0.72 if moment.hour == 10 else 0.5
        if self.chance.random() < often:
            [code] = self.chance.choices(list(WANTED), weights=list(WANTED.values()))
            priority = self.chance.random() < 0.12
            service_id = self.office.service(code)
            answer = self.office.do(
                self.kiosk, issuing.issue, service_id=service_id, priority=priority, language="id"
            )
            self.tokens[answer["ticket"]["id"]] = answer["ticket"]["token"]

    def works(self, clerk: Clerk, moment: datetime) -> None:
        """Finishes who is done, calls the next."""
        if moment < clerk.free_at:
            return
        if clerk.serving:
            self.does(clerk, queueing.finish, outcome="filed" if self.chance.random() < 0.2 else "delivered")
            self.served.append(self.tokens[clerk.serving["id"]])
            self.answers(clerk.serving)
            clerk.serving = None
        called = self.calls(clerk)
        if called is None:
            return
        if self.chance.random() < 0.05:
            self.does(clerk, queueing.no_show)
            return
        self.does(clerk, queueing.start)
        clerk.serving = called
        clerk.free_at = moment + timedelta(minutes=self.chance.choice((3, 4, 5, 6, 7, 9, 12, 16)))

    def calls(self, clerk: Clerk) -> dict[str, Any] | None:
        try:
            called: dict[str, Any] = self.does(clerk, queueing.call_next)["ticket"]
            return called
        except Exception as refusal:
            if getattr(refusal, "code", "") != "nobody_waiting":
                raise
            return None

    def answers(self, ticket: dict[str, Any]) -> None:
        """Every third visitor says how it was; mostly well."""
        if len(self.served) % 3:
            return
        instrument = instruments.load()
        mood = self.chance.choice(((3, 3, 4), (4, 4, 3), (4, 4, 4), (3, 4, 2)))
        scores = {code: self.chance.choice(mood) for code in instrument.element_codes}
        form = asking.Form(instrument.code, instrument.version, scores)
        told = {"token": self.served[-1], "forms": [form], "about": {}}
        visitor = Actor("visitor", ticket["id"], "visitor", self.office.office_id)
        remark = self.chance.choice(REMARKS)
        try:
            self.office.do(visitor, asking.submit, remark=remark, **told)
        except Exception as refusal:
            if getattr(refusal, "code", "") != "survey_not_open":  # a file that was received is not asked about yet
                raise

    def does(self, clerk: Clerk, action: Any, **params: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.office.do(clerk.actor, action, counter_id=clerk.counter_id, **params)
        return answer


def photograph(site: Site, morning: Morning, printed: Path, screens: Screens, folder: Path) -> None:
    """All the pictures."""
    kiosk = screens.kiosk(size=(1080, 1920)).opens()
    save(kiosk.page.screenshot(), folder / "kiosk.png", 540)

    board = screens.board(size=(1920, 1080)).opens()
    board.visible("#call-now")

    desk = screens.desk(login="siti", size=(1366, 768), reduced_motion="reduce").signs_in().takes("Loket 1")
    desk.visible("#rows button >> nth=0")
    if desk.text("#primary-word") == "Panggil":
        desk.primary("Panggil")
        board.page.wait_for_timeout(5500)
    if desk.text("#primary-word") == "Mulai":
        desk.primary("Mulai")
    desk.shows("#visit-state", "Dilayani")
    morning.clock.forward(minutes=4, seconds=12)
    desk.page.wait_for_timeout(6000)  # a pulse tells the pages the time
    desk.page.reload()
    desk.visible("#rows button >> nth=0")
    desk.page.wait_for_timeout(1500)
    save(desk.page.screenshot(), folder / "counter.png", 1366)
    save(board.page.screenshot(), folder / "board.png", 1280)

    kiosk.takes_number("Pendidikan Madrasah", "Legalisir ijazah")
    eventually(lambda: list(printed.glob("ticket-*.png")), 20)
    newest = max(printed.glob("ticket-*.png"))
    save(newest.read_bytes(), folder / "ticket.png", 384, frame=24)
    visitor = screens.phone().opens(kiosk.qr())
    visitor.says("Anda urutan")
    save(visitor.page.screenshot(full_page=True), folder / "phone.png", 360)

    token = next(one for one in reversed(morning.served) if asked(site, one))
    survey = screens.survey_kiosk(size=(1280, 800))
    survey.goes_to("/survey/")
    survey.scans(f"{site.url}/t/{token}")
    survey.begins()
    for n in (4, 3):
        survey.chooses(n)
        survey.page.wait_for_timeout(600)
    survey.shows("#progress", "3 dari 9")
    save(survey.page.screenshot(), folder / "survey.png", 1280)

    manager = screens.manager(login="rina", size=(1366, 1080), reduced_motion="reduce").signs_in()
    eventually(lambda: manager.fill("waiting") not in ("", "-"))
    manager.page.wait_for_timeout(500)
    save(manager.page.screenshot(), folder / "office.png", 1366)
    manager.goes_to("/office/survey/?period=2026-T2")
    save(manager.page.screenshot(), folder / "results.png", 1366)


def asked(site: Site, token: str) -> bool:
    """Whether this visit's survey is open."""
    import json
    import urllib.request

    with urllib.request.urlopen(f"{site.url}/survey/{token}/state", timeout=5) as answer:
        found: bool = json.load(answer)["survey"] == "open"
        return found


def save(image: bytes, path: Path, width: int, frame: int = 0) -> None:
    """Scaled to `width`, 128 colours: these are flat pictures of letters."""
    with Image.open(BytesIO(image)) as opened:
        picture = opened.convert("RGB")
    if frame:
        sheet = Image.new("RGB", (picture.width + 2 * frame, picture.height + 2 * frame), "#e8e6df")
        sheet.paste(picture, (frame, frame))
        picture = sheet
    if picture.width > width:
        picture = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    picture.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < MOST_BYTES, f"{path.name} has {path.stat().st_size} bytes"
    print(path, f"{picture.width}x{picture.height}", path.stat().st_size)


def main(folder: Path = FOLDER) -> None:
    """Plays the morning, then goes round with the camera."""
    folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="ptsp-pictures-"))
    clock = FileClock.make(work / "clock", OPENS)
    try:
        with a_hall(work, clock=clock) as (site, printer):
            site.office.hall.act(site.office.system, opening.by_the_hours)
            a_year_of_answers(site.office, 1200, last="2026-07-31")
            morning = Morning(site.office, clock)
            printer.state = "hung"  # nobody looks at the paper of the morning
            began = time.monotonic()
            morning.passes()
            print(f"{len(morning.served)} visits in {time.monotonic() - began:.0f} s")
            clock.start(NOW)
            printer.state = "ready"
            time.sleep(6)
            for old in printer.tickets:
                old.unlink()
            with Chromium() as chromium:
                screens = Screens(chromium, site, "pictures")
                try:
                    photograph(site, morning, printer.folder, screens, folder)
                finally:
                    complaints = screens.close()
                assert not complaints, "\n".join(complaints)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
