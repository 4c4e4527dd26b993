"""`ptsp doctor`: is everything as a hall needs it, and if not, what to do. Looks only; changes nothing.

A check is a generator of findings; one that cannot run says so and spoils no other.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

from sqlalchemy import Engine, func, select

from ptsp import catalogue
from ptsp import records as r
from ptsp.backup import backups
from ptsp.checking import check_book
from ptsp.clock import SystemClock
from ptsp.database import open_engine
from ptsp.migrating import HEAD, current
from ptsp.people import has_admin
from ptsp.printing import READY
from ptsp.tally_check import check_tallies
from server.settings import EVERYWHERE, Settings, only_here, reachable
from server.words import _

GIB = 1024**3
DAY_MS = 24 * 3_600_000
# This program cannot have run before, nor will this machine run after.
EARLIEST_YEAR, LATEST_YEAR = 2026, 2060


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: ``state`` is ok, warn or wrong; ``to_do`` is empty when there is nothing to do."""

    subject: str
    state: str
    what: str
    to_do: str = ""


Check = Callable[[Settings, Engine], Iterator[Finding]]


def examine(settings: Settings) -> list[Finding]:
    """All findings, the most basic first. Checks that need the database are left out when it does not answer."""
    engine = open_engine(settings.database_url, pool_size=2)
    try:
        found = [*_run(_database, settings, engine)]
        checks = BASIC if any(one.state == "wrong" for one in found) else BASIC + WITH_DATABASE
        for check in checks:
            found += _run(check, settings, engine)
        return found
    finally:
        engine.dispose()


def _run(check: Check, settings: Settings, engine: Engine) -> list[Finding]:
    try:
        return list(check(settings, engine))
    except Exception as error:  # a check that fails is a finding, whatever the reason
        what = str(getattr(error, "orig", None) or error).strip() or repr(error)
        return [Finding(check.__name__.strip("_").replace("_", " "), "wrong", what, _("See the message above."))]


def _database(settings: Settings, engine: Engine) -> Iterator[Finding]:
    place = engine.url.render_as_string()
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        yield Finding(_("database"), "wrong", _("%(place)s does not exist", place=place), _("Run: ptsp migrate"))
        return
    version = current(engine)
    if version != HEAD:
        what = _("it is of version %(version)s, the program of %(head)s", version=version, head=HEAD)
        yield Finding(_("database"), "wrong", what, _("Run: ptsp migrate"))
        return
    if engine.dialect.name == "sqlite":
        with engine.connect() as conn:
            said = conn.exec_driver_sql("PRAGMA integrity_check").scalar_one()
        if said != "ok":
            yield Finding(_("database"), "wrong", str(said), _("Stop the server and restore a backup: ptsp restore"))
            return
    yield Finding(_("database"), "ok", _("%(place)s answers, version %(version)s, sound", place=place, version=version))


def _office(_settings: Settings, engine: Engine) -> Iterator[Finding]:
    with engine.connect() as conn:
        offices = conn.execute(select(r.office.c.id, r.office.c.name, r.office.c.timezone)).all()
        if not offices:
            yield Finding(_("office"), "wrong", _("there is no office"), _("Run: ptsp office apply FILE"))
        for office in offices:
            yield Finding(_("office"), "ok", office.name)
            if office.timezone not in available_timezones():
                what = _("%(zone)s is not known to this machine", zone=office.timezone)
                to_do = _("Correct it in the office's file: ptsp office apply FILE")
                yield Finding(_("time zone"), "wrong", what, to_do)
            else:
                yield Finding(_("time zone"), "ok", office.timezone)
            if not has_admin(conn, office.id):
                what = _("nobody is administrator of %(name)s", name=office.name)
                yield Finding(_("people"), "warn", what, _("Run: ptsp invite"))


def _book(_settings: Settings, engine: Engine) -> Iterator[Finding]:
    with engine.connect() as conn:
        for office in conn.execute(select(r.office.c.id, r.office.c.name, r.office.c.seq)).all():
            problems = check_book(conn, office.id)
            if problems:
                to_do = _("Keep a backup of this state (ptsp backup) and report it: ptsp replay shows everything.")
                yield Finding(_("day book"), "wrong", f"{office.name}: {problems[0]} ({len(problems)})", to_do)
            else:
                what = _("%(name)s: %(lines)d lines, tickets agree", name=office.name, lines=office.seq)
                yield Finding(_("day book"), "ok", what)


def _counts(_settings: Settings, engine: Engine) -> Iterator[Finding]:
    with engine.connect() as conn:
        for office_id in conn.execute(select(r.office.c.id)).scalars().all():
            office = catalogue.load(conn, office_id, lambda _day: None)
            problems = check_tallies(conn, office)
            if problems:
                to_do = _("Keep a backup of this state (ptsp backup) and report it: reports would show other figures.")
                yield Finding(_("survey counts"), "wrong", f"{office.name}: {problems[0]} ({len(problems)})", to_do)
            else:
                yield Finding(_("survey counts"), "ok", _("%(name)s: as counted anew", name=office.name))


def _clock(_settings: Settings, engine: Engine) -> Iterator[Finding]:
    now = SystemClock().read()
    set_it = _("Set the clock: sudo timedatectl set-ntp true")
    with engine.connect() as conn:
        last = conn.execute(select(func.max(r.office.c.last_at))).scalar() or 0
    if not EARLIEST_YEAR <= now.utc.year <= LATEST_YEAR:
        yield Finding(_("clock"), "wrong", _("the year is %(year)d", year=now.utc.year), set_it)
    elif now.at < last - 1000:
        what = _("the clock is %(seconds)d s behind the last line of the day book", seconds=(last - now.at) // 1000)
        yield Finding(_("clock"), "wrong", what, set_it)
    else:
        yield Finding(_("clock"), "ok", f"{now.utc:%Y-%m-%d %H:%M:%S} UTC")
    synchronised = _timedatectl()
    if synchronised == "no":
        yield Finding(_("clock"), "warn", _("no time server corrects the clock"), set_it)


def _timedatectl() -> str:
    path = shutil.which("timedatectl")
    if path is None:
        return ""
    asked = [path, "show", "--property=NTPSynchronized", "--value"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, timeout=5).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _disk(settings: Settings, _engine: Engine) -> Iterator[Finding]:
    if not settings.data_dir.exists():
        return  # nothing was ever set up here: the database's line says so
    usage = shutil.disk_usage(settings.data_dir)
    sizes = {"free": usage.free / GIB, "total": usage.total / GIB}
    what = _("%(free).1f GB free of %(total).1f GB in %(place)s", place=settings.data_dir, **sizes)
    if usage.free < GIB / 2:
        yield Finding(_("disk"), "wrong", what, _("Make room: soon no number can be issued any more."))
    elif usage.free < 2 * GIB:
        yield Finding(_("disk"), "warn", what, _("Make room, for example by moving old backups elsewhere."))
    else:
        yield Finding(_("disk"), "ok", what)


def _backup(settings: Settings, _engine: Engine) -> Iterator[Finding]:
    found = backups(settings.data_dir / "backups")
    to_do = _("Run: ptsp backup (and every day: systemctl enable --now ptsp-backup.timer)")
    if not found:
        yield Finding(_("backup"), "warn", _("there is no backup"), to_do)
        return
    age = (SystemClock().read().at - int(found[-1].stat().st_mtime * 1000)) / DAY_MS
    what = _("the newest is %(age).1f days old: %(file)s", age=age, file=found[-1].name)
    yield Finding(_("backup"), "ok", what) if age < 2 else Finding("backup", "warn", what, to_do)


def _printers(_settings: Settings, engine: Engine) -> Iterator[Finding]:
    from kiosk.paper.printers import probe  # python-escpos takes most of a second to load

    p = r.printer.c
    with engine.connect() as conn:
        found = conn.execute(select(p.name, p.setting).where(p.active)).all()
    if not found:
        to_do = _("Set one: ptsp printer set tcp://ADDRESS. The kiosk also works without.")
        yield Finding(_("printer"), "warn", _("there is no printer"), to_do)
    for printer in found:
        state = str(probe(printer.setting))
        well = state in READY or (state == "unknown" and printer.setting.startswith(("file:", "cups:")))
        to_do = "" if well else _("Look at power, cable, paper and cover; then: ptsp printer probe")
        yield Finding(_("printer"), "ok" if well else "wrong", f"{printer.name}, {printer.setting}: {state}", to_do)


def _server(settings: Settings, _engine: Engine) -> Iterator[Finding]:
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    address = f"http://{host}:{settings.port}"
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
            healthy = b'"ok"' in answer.read(200)
    except urllib.error.HTTPError as error:
        what = _("%(address)s answers %(status)d", address=address, status=error.code)
        yield Finding(_("server"), "wrong", what, _("See its words: journalctl -u ptsp"))
    except OSError:
        yield _who_has_the_port(host, settings.port)
    else:
        what = _("answers at %(address)s", address=address)
        yield Finding(_("server"), "ok", what) if healthy else _taken(settings.port)


def _who_has_the_port(host: str, port: int) -> Finding:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError:
            return _taken(port)
    return Finding(_("server"), "warn", _("is not running; port %(port)d is free", port=port), _("Run: ptsp serve"))


def _taken(port: int) -> Finding:
    to_do = _("Another program has the port: set PTSP_PORT to another one.")
    return Finding(_("server"), "wrong", _("port %(port)d is taken by something else", port=port), to_do)


def _secrets(settings: Settings, _engine: Engine) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.exists():
        return
    found = [*folder.glob("*.key"), *folder.glob("sign-ins*")]
    if folder.stat().st_mode & 0o077:  # others may look into the folder, so the data must be closed by themselves
        found += folder.glob("*.sqlite3")
    readable = [path for path in found if path.stat().st_mode & 0o077]
    for path in readable:
        to_do = _("Run: chmod 600 %(path)s", path=path)
        yield Finding(_("secrets"), "wrong", _("%(path)s can be read by other users", path=path), to_do)
    if not readable:
        yield Finding(_("secrets"), "ok", _("are readable by this user alone"))


def _public_address(settings: Settings, engine: Engine) -> Iterator[Finding]:
    """What the QR on every ticket leads to; an office's own address goes before the machine's."""
    to_do = _("Set PTSP_PUBLIC_URL to the address that visitors' phones open: it is in the QR of every ticket.")
    with engine.connect() as conn:
        offices = conn.execute(select(r.office.c.name, r.office.c.settings)).all()
    for office in offices:
        address = (office.settings or {}).get("public_url") or settings.public_url
        if not address:
            said = reachable(settings)
            what = _("it is not set; tickets of %(name)s say %(address)s", name=office.name, address=said)
            yield Finding(_("public address"), "warn", what, to_do)
        elif only_here(address):
            what = _("no phone reaches %(address)s, which tickets of %(name)s say", name=office.name, address=address)
            yield Finding(_("public address"), "warn", what, to_do)
        else:
            yield Finding(_("public address"), "ok", address)


def _redis(settings: Settings, _engine: Engine) -> Iterator[Finding]:
    if not settings.redis_url:
        return
    import redis

    with redis.Redis.from_url(settings.redis_url, socket_timeout=3) as client:
        client.ping()
    yield Finding(_("redis"), "ok", _("answers"))


BASIC: list[Check] = [_disk, _backup, _server, _secrets, _redis]
WITH_DATABASE: list[Check] = [_office, _public_address, _book, _counts, _clock, _printers]
