"""Evidence (undangan, absensi, notulen, gambar): files that people upload and that nobody here ever makes.

What a file is, its content says, never its name. The content lies in the database, so that backup and restore take it
along. A file removed leaves its line: name, hash, who and when.
"""

from __future__ import annotations

import hashlib
import io
import re
import sys
import zipfile
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from ptsp import records as r
from ptsp.errors import BadRequest, FileKind, FileKnown, FileTooLarge, NotFound
from ptsp.following_up import line_of
from ptsp.form_errors import PictureTooLarge
from ptsp.hall import Answer, Work
from ptsp.pictures import Unreadable, opened

KINDS = ("undangan", "absensi", "notulen", "gambar", "other")
# UANG: each of these proves an activity (DOMAIN section 3).
WANTED = KINDS[:4]
MOST_BYTES = 10 * 1024 * 1024
# Points of a picture: so many that to read it takes some 100 MB. A WEBP takes 16 bytes a point, a progressive JPEG 6, a
# PNG 4, and any other JPEG is read small.
MOST_POINTS = {"JPEG": 50_000_000, "PNG": 25_000_000, "progressive": 16_000_000, "WEBP": 6_000_000}
NAME_LENGTH = 120

_OFFICE = "application/vnd.openxmlformats-officedocument."
# Media type -> the ending of its files' names.
ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}spreadsheetml.sheet": ".xlsx",
}
# What a browser may show in place: pictures that cannot carry a script.
SHOWN = ("image/jpeg", "image/png", "image/webp")
_PARTS = {"word/document.xml": "wordprocessingml.document", "xl/workbook.xml": "spreadsheetml.sheet"}

_e, _c = r.evidence.c, r.evidence_file.c


def media_type(content: bytes) -> str | None:
    """What a file is by its first bytes (of the ZIPs: by what is in them); None for all that is not kept."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return _office_file(content) if content.startswith(b"PK\x03\x04") else None


def _office_file(content: bytes) -> str | None:
    """DOCX or XLSX; None for other ZIPs, and for those with macros in them."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            names = set(opened.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((_OFFICE + kind for part, kind in _PARTS.items() if part in names), None)


class CheckedFile:
    """A file that may be kept: there is none that was not looked into. FileTooLarge, FileKind, PictureTooLarge.

    A picture is read for it, which takes its time: files are checked before the transaction that keeps them.
    """

    __slots__ = ("content", "digest", "media_type")

    def __init__(self, content: bytes) -> None:
        if len(content) > MOST_BYTES:
            raise FileTooLarge(most=MOST_BYTES // 1024**2)
        found = media_type(content)
        if found is None:
            raise FileKind
        if found in SHOWN:
            _read(content, found.removeprefix("image/").upper())
        self.content, self.media_type, self.digest = content, found, hashlib.sha256(content).hexdigest()


def _read(content: bytes, form: str) -> None:
    """Reads a picture to its end: FileKind when it is not what it says or not whole, PictureTooLarge."""
    try:
        with opened(content, (form,), sys.maxsize) as picture:
            most = MOST_POINTS["progressive" if picture.info.get("progressive") else form]
            if picture.width * picture.height > most:
                raise PictureTooLarge(most=most // 1_000_000)
            picture.verify()
        with opened(content, (form,), most) as picture:
            picture.draft("L", (1, 1))  # a JPEG is read to its end, but small
            picture.load()
    except Unreadable as error:
        raise FileKind from error


def safe_name(name: str, kind: str) -> str:
    """A file name without folders, invisible or reserved signs, and with the ending of what the file is."""
    base = re.split(r"[/\\]", name)[-1]
    base = re.sub(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff<>:"|?*;]', "", base).strip(" .")
    ending = ENDINGS[kind]
    stem = base[: -len(ending)] if base.lower().endswith(ending) else re.sub(r"\.[A-Za-z0-9]{1,5}$", "", base)
    return (stem.strip(" .")[: NAME_LENGTH - len(ending)] or "file") + ending


def attach(work: Work, followup_id: int, kind: str, name: str, file: CheckedFile) -> Answer:
    """Keeps a file with a line of the register. FileKnown (this line has it), NotFound."""
    if line_of(work.conn, work.office_id, followup_id) is None:
        raise NotFound(what="followup")
    if kind not in KINDS:
        raise BadRequest(reason="kind")
    same = (_e.followup_id == followup_id, _e.sha256 == file.digest, _e.removed_at.is_(None))
    known = work.conn.execute(select(_e.name).where(*same)).scalar()
    if known is not None:
        raise FileKnown(name=known)
    facts = {"name": safe_name(name, file.media_type), "media_type": file.media_type, "sha256": file.digest}
    when = {"at": work.reading.at, "person_id": work.actor.person_id}
    what = {"office_id": work.office_id, "followup_id": followup_id, "kind": kind, "size": len(file.content)}
    row = {**what, **facts, **when}
    evidence_id = work.conn.execute(insert(r.evidence).values(row).returning(_e.id)).scalar_one()
    work.conn.execute(insert(r.evidence_file).values(evidence_id=evidence_id, content=file.content))
    work.audit("followup_evidence", f"{followup_id}: {kind} {facts['name']} sha256 {file.digest}")
    return {"evidence_id": evidence_id, "followup_id": followup_id}


def remove(work: Work, evidence_id: int) -> Answer:
    """Erases the content; the line stays and says so. NotFound; nothing changes the second time."""
    line = evidence_of(work.conn, work.office_id, evidence_id)
    if line is None:
        raise NotFound(what="evidence")
    if line.removed_at is not None:
        work.discard = True
        return {"followup_id": line.followup_id}
    work.conn.execute(delete(r.evidence_file).where(_c.evidence_id == evidence_id))
    work.conn.execute(update(r.evidence).where(_e.id == evidence_id).values(removed_at=work.reading.at))
    work.audit("followup_evidence_removed", f"{line.followup_id}: {line.kind} {line.name} sha256 {line.sha256}")
    return {"followup_id": line.followup_id}


def evidence_of(conn: Connection, office_id: int, evidence_id: int) -> Any:
    """The line of a file of this office, without the content; None when there is none."""
    return conn.execute(select(r.evidence).where(_e.id == evidence_id, _e.office_id == office_id)).one_or_none()


def content_of(conn: Connection, office_id: int, evidence_id: int) -> tuple[Any, bytes]:
    """A file: its line and its content. NotFound, also when it was removed."""
    line = evidence_of(conn, office_id, evidence_id)
    content = conn.execute(select(_c.content).where(_c.evidence_id == evidence_id)).scalar() if line else None
    if content is None:
        raise NotFound(what="evidence")
    return line, bytes(content)


def files_of(conn: Connection, followup_ids: Iterable[int]) -> dict[int, list[Any]]:
    """Line of the register -> its files, removed ones too, in order; `who`: the name of who uploaded it (or None)."""
    joined = r.evidence.outerjoin(r.person, r.person.c.id == _e.person_id)
    query = select(r.evidence, r.person.c.name.label("who")).select_from(joined)
    found: dict[int, list[Any]] = {}
    for row in conn.execute(query.where(_e.followup_id.in_(list(followup_ids))).order_by(_e.id)):
        found.setdefault(row.followup_id, []).append(row)
    return found


def missing(files: Iterable[Any]) -> list[str]:
    """The kinds of UANG of which a line has no file (any more)."""
    here = {file.kind for file in files if file.removed_at is None}
    return [kind for kind in WANTED if kind not in here]


def unproved(conn: Connection, lines: Iterable[Any]) -> int:
    """How many of these lines lack a kind of UANG."""
    ids = [line.id for line in lines]
    files = files_of(conn, ids)
    return sum(bool(missing(files.get(followup_id, ()))) for followup_id in ids)
