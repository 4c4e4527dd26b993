"""What the house check of doors sends to the follow-up register and to the import of earlier years."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ptsp import evidence, following_up, held_files, importing
from ptsp.hall import Actor
from ptsp.import_rows import prepare
from survey.importing.reading import answer_words, reading_of
from tests.support.halls import Office
from tests.support.tables import old_rows, plain_sheet
from tests.support.uploads import PNG, png

LINE = {
    "instrument": "skm-9", "first_day": "2026-04-01", "last_day": "2026-06-30", "element": "U3", "finding": "NRR 2,87",
    "activity": "Loket kedua", "target": "3,20", "output": "Jadwal", "starts_on": "2026-07-06",
    "ends_on": "2026-08-10", "in_charge": "Kasubbag TU", "status": "planned", "obstacle": "",
}  # fmt: skip
DAYS = ("instrument", "first_day", "last_day", "element")


def follow_up_doors(office: Office, folder: Path) -> dict[str, tuple[dict[str, Any], str, dict[str, Any]]]:
    """Endpoint -> (parts of the address, form, what is sent)."""

    def line() -> int:
        made: int = office.hall.act(office.system, following_up.add_followup, **LINE)["followup_id"]
        return made

    lines = [line() for _ in range(4)]
    office.hall.act(office.system, following_up.drop_followup, followup_id=lines[3], reason="x")
    given = {"followup_id": lines[0], "kind": "gambar", "name": "a.png", "file": evidence.CheckedFile(png("red"))}
    file_id = office.hall.act(office.system, evidence.attach, **given)["evidence_id"]
    with office.hall.view() as conn:
        seen = following_up.line_of(conn, office.office_id, lines[0]).changed_at
    form = {name: value for name, value in LINE.items() if name not in DAYS}
    form |= {"about": "skm-9:U3", "period": "2026-T2"}
    picture = folder / "rapat.png"
    picture.write_bytes(PNG)
    return {
        "follow_up.add": ({}, "form", form),
        "follow_up.change": ({"followup_id": lines[0]}, "form", {**form, "activity": "Loket ketiga", "seen": seen}),
        "follow_up.finish": ({"followup_id": lines[1]}, "form", {"done_on": "2026-08-01"}),
        "follow_up.drop": ({"followup_id": lines[2]}, "form", {"reason": "Tidak ada anggaran"}),
        "follow_up.reopen": ({"followup_id": lines[3]}, "form", {}),
        "follow_up.remove": ({"evidence_id": file_id}, "form", {}),
        "follow_up.upload": (
            {"followup_id": lines[0]}, "form", {"kind": "gambar", "file": (str(picture), "rapat.png")},
        ),
    }  # fmt: skip


def import_doors(office: Office, folder: Path, who: Actor) -> dict[str, tuple[dict[str, Any], str, dict[str, Any]]]:
    """A table that waits for `who`, and one that is in the records."""
    waits, stored = plain_sheet(old_rows(6, seed=1)), plain_sheet(old_rows(6, seed=2))
    token = held_files.hold(folder, who.key, {"file": "lama.csv", "sheets": [waits.dumps()]}, office.clock.at)
    reading = reading_of(stored, {"order": "elements"})
    prepared = prepare(stored, reading, office.catalogue(), "2026-08-03", answer_words(reading.instrument))

    def store(work: Any) -> dict[str, Any]:
        return importing.store(work, prepared, "lama.csv", stored.sha256, reading.dumps(), None)

    import_id = office.hall.act(office.system, store)["import_id"]
    return {
        "importing.store": ({"token": token}, "form", {"order": "elements"}),
        "importing.undo": ({"import_id": import_id}, "form", {}),
    }
