"""The `ptsp` command as an operator and a newcomer use it."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from kiosk.virtual_printer.printer import VirtualPrinter
from ptsp import people
from ptsp import records as r
from ptsp.database import open_engine
from ptsp.hall import Hall
from ptsp.migrating import migrate
from server import doctor
from server.cli import main
from server.console.serving import lacking
from server.newcomer import EXAMPLE, PEOPLE, new_password
from server.settings import read_settings
from tests.support.halls import EXAMPLE as EXAMPLE_FILE
from tests.support.halls import DrivenClock
from tests.support.logos import a_logo
from tests.support.services import free_port, private_postgres


class Operator:
    """Somebody at the command line of one machine."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.port = free_port()
        for name in [name for name in os.environ if name.startswith(("PTSP_", "LC_"))]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("LANG", "C.UTF-8")
        monkeypatch.setenv("PTSP_DATA_DIR", str(folder))
        monkeypatch.setenv("PTSP_PORT", str(self.port))

    def tries(self, *words: str, input: str | None = None) -> Result:
        return CliRunner().invoke(main, list(words), input=input)

    def says(self, *words: str, input: str | None = None) -> str:
        """A command that must succeed; what it printed."""
        result = self.tries(*words, input=input)
        assert result.exit_code == 0, result.output
        return result.output

    def is_told(self, *words: str) -> str:
        """A command that must fail with a sentence, not a traceback."""
        result = self.tries(*words)
        assert result.exit_code == 1, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.output


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    return Operator(tmp_path / "var", monkeypatch)


@pytest.fixture
def at_work(operator: Operator) -> Operator:
    """With the example office set up."""
    operator.says("office", "apply", str(EXAMPLE_FILE))
    return operator


def looked_up(operator: Operator, question):
    engine = open_engine(read_settings().database_url)
    try:
        with engine.connect() as conn:
            return question(conn)
    finally:
        engine.dispose()


def test_help_says_what_there_is(operator):
    said = operator.says("--help")
    wanted = ("run", "serve", "office", "hall", "person", "invite", "token", "device", "printer", "doctor", "check")
    for word in (*wanted, "backup", "restore", "replay", "migrate", "openapi"):
        assert re.search(rf"^  {word} ", said, re.M), word


@pytest.mark.parametrize("group", ["office", "hall", "person", "token", "device", "printer"])
def test_every_command_says_what_it_does(operator, group):
    said = operator.says(group, "--help")
    commands = said.split("Commands:")[1].strip().splitlines()
    assert all(len(line.split(None, 1)) == 2 for line in commands)


def test_an_office_is_set_up_from_a_file_and_again(operator):
    assert "is set up" in operator.says("office", "apply", str(EXAMPLE_FILE))
    again = operator.says("office", "apply", str(EXAMPLE_FILE))
    assert "is up to date" in again
    assert "+0  ~0  -0" in again
    assert "Certified copies of a diploma" in operator.says("office", "show")


def test_the_logo_lies_beside_the_file(operator, tmp_path):
    file = tmp_path / "office.toml"
    file.write_text(EXAMPLE_FILE.read_text().replace('code = "contoh"', 'logo = "ours.png"\ncode = "contoh"', 1))
    assert "ours.png" in operator.is_told("office", "apply", str(file))
    (tmp_path / "ours.png").write_text("no picture")
    assert "ours.png: this must be a PNG or JPEG picture" in operator.is_told("office", "apply", str(file))
    (tmp_path / "ours.png").write_bytes(a_logo())
    assert "is set up" in operator.says("office", "apply", str(file))


def test_a_slip_in_the_file_is_named(operator, tmp_path):
    file = tmp_path / "office.toml"
    file.write_text(EXAMPLE_FILE.read_text().replace('prefix = "A"', 'prefix = "1"'))
    assert "prefix must be 1 to 3 capital letters" in operator.is_told("office", "apply", str(file))


def test_without_an_office_one_is_told_what_to_do(operator):
    assert "ptsp office apply" in operator.is_told("person", "list")


def test_an_unknown_office_is_named(at_work):
    assert "there is: contoh" in at_work.is_told("office", "show", "--office", "kota")


def test_people_come_and_go(at_work):
    at_work.says("person", "add", "Siti", "--name", "Siti Aminah", "--password", "kopi-susu-gula-aren-7")
    assert "siti" in at_work.says("person", "list")
    at_work.says("person", "password", "siti", "--password", "teh-tarik-gula-batu-8")
    actor = looked_up(at_work, lambda conn: people.check_password(conn, "siti", "teh-tarik-gula-batu-8"))
    assert actor.role == "officer"
    at_work.says("person", "disable", "siti")
    assert "off" in at_work.says("person", "list")
    assert "no budi" in at_work.is_told("person", "disable", "budi")


@pytest.mark.parametrize(("password", "said"), [("short", "at least 10"), ("password123", "too common")])
def test_a_weak_password_is_refused(at_work, password, said):
    assert said in at_work.is_told("person", "add", "siti", "--name", "Siti", "--password", password)


def test_a_token_is_shown_once_and_can_be_disabled(at_work):
    result = at_work.tries("token", "add", "Portal kota")
    token = result.stdout.strip()
    assert "Portal kota" in result.stderr
    assert looked_up(at_work, lambda conn: people.by_api_token(conn, token)) is not None
    assert token not in at_work.says("token", "list")
    at_work.says("token", "disable", "1")
    assert looked_up(at_work, lambda conn: people.by_api_token(conn, token)) is None


@pytest.mark.parametrize(("kind", "page"), [("kiosk", "/kiosk/"), ("board", "/display/"), ("survey", "/survey/")])
def test_a_screen_is_paired_by_an_address(at_work, kind, page):
    address = at_work.tries("device", "add", kind, "--name", "Lobi").stdout.strip()
    base, key = address.split("#key=")
    assert base == f"http://127.0.0.1:{at_work.port}{page}"
    assert looked_up(at_work, lambda conn: people.by_device_key(conn, key)).role == kind
    at_work.says("device", "disable", "1")
    assert looked_up(at_work, lambda conn: people.by_device_key(conn, key)) is None


def test_a_survey_screen_faces_the_visitors_of_a_counter(at_work):
    key = at_work.tries("device", "add", "survey", "--counter", "3").stdout.strip().split("#key=")[1]
    c = r.counter.c
    counter_id = looked_up(at_work, lambda conn: conn.execute(select(c.id).where(c.number == 3)).scalar_one())
    assert looked_up(at_work, lambda conn: people.by_device_key(conn, key)).seat == str(counter_id)
    assert "99" in at_work.is_told("device", "add", "survey", "--counter", "99")
    assert "counter" in at_work.is_told("device", "add", "kiosk", "--counter", "3")


def test_an_invitation_is_a_link(at_work):
    link = at_work.tries("invite").stdout.strip()
    assert re.fullmatch(rf"http://127.0.0.1:{at_work.port}/office/first/[\w-]{{24}}", link)


def test_the_hall_is_opened_and_closed_by_hand(at_work):
    assert "open until 24.00" in at_work.says("hall", "open")
    assert "open until 24.00" in at_work.says("hall", "status")
    assert "closed" in at_work.says("hall", "close", "--until", "24.00")
    at_work.says("hall", "normal")
    assert "Not a time" in at_work.is_told("hall", "open", "--until", "soon")


def test_a_printer_is_set_tried_and_removed(at_work, tmp_path):
    with VirtualPrinter(folder=tmp_path / "tickets") as printer:
        at_work.says("printer", "set", printer.setting)
        assert "ready" in at_work.says("printer", "probe")
        assert "confirmed" in at_work.says("printer", "test")
        assert len(printer.tickets) == 1
        printer.state = "paper_out"
        assert "paper_out" in at_work.is_told("printer", "probe")
        assert "failed" in at_work.is_told("printer", "test")
    assert "tcp://" in at_work.says("printer", "list")
    at_work.says("printer", "remove", "1")
    assert "no printer" in at_work.is_told("printer", "probe")
    assert "expected tcp://" in at_work.is_told("printer", "set", "lpt1")


def test_backup_and_restore(at_work):
    (made,) = [line for line in at_work.says("backup").splitlines() if line.startswith("Backup: ")]
    at_work.says("person", "add", "siti", "--name", "Siti", "--password", "kopi-susu-gula-aren-7")
    copy = made.removeprefix("Backup: ")
    assert copy in at_work.says("restore")
    assert "Aborted" in at_work.tries("restore", copy, input="n\n").output
    said = at_work.says("restore", copy, "--yes")
    assert "The former database is kept" in said
    assert "siti" not in at_work.says("person", "list")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_restore_asks_nobody_while_the_database_is_in_use(operator, monkeypatch, kind):
    with private_postgres(fsync=False) if kind == "postgresql" else nullcontext() as server:
        if server:
            monkeypatch.setenv("PTSP_DATABASE_URL", server.new_database())
        operator.says("office", "apply", str(EXAMPLE_FILE))
        copy = str(made_backup(operator))
        engine = open_engine(read_settings().database_url)
        with engine.connect() as conn:
            conn.execute(select(r.office.c.id)).all()
            said = operator.is_told("restore", copy)
        engine.dispose()
        assert "Stop the server first" in said
        assert "[y/N]" not in said
        assert "[y/N]" in operator.tries("restore", copy, input="n\n").output
        assert EXAMPLE in operator.says("office", "show")


def test_a_backup_that_is_none_is_refused(at_work, tmp_path):
    (tmp_path / "x").write_text("rubbish")
    assert "not a database" in at_work.is_told("restore", str(tmp_path / "x"), "--yes")
    assert "contoh" in at_work.says("office", "show")


def test_the_book_is_replayed(at_work):
    assert "what the day book says" in at_work.says("replay")


def test_an_older_database_is_backed_up_and_migrated(operator):
    operator.folder.mkdir()
    engine = open_engine(read_settings().database_url)
    migrate(engine, "0002")
    engine.dispose()
    assert "Run: ptsp migrate" in operator.is_told("office", "apply", str(EXAMPLE_FILE))
    assert "backup" in operator.says("migrate")
    assert len(list((operator.folder / "backups").iterdir())) == 1
    operator.says("office", "apply", str(EXAMPLE_FILE))


def test_the_api_is_described(operator):
    assert json.loads(operator.says("openapi"))["openapi"].startswith("3.1")


def test_a_bad_setting_is_a_sentence(operator, monkeypatch):
    monkeypatch.setenv("PTSP_PORT", "99999")
    assert "PTSP_PORT" in operator.is_told("person", "list")


def test_a_driven_clock_is_refused(operator, monkeypatch):
    monkeypatch.setenv("PTSP_DRIVEN_CLOCK", "/tmp/clock")
    assert "tests and benchmarks" in operator.is_told("serve")
    assert "tests and benchmarks" in operator.is_told("run")


def findings(subject: str) -> list[doctor.Finding]:
    return [one for one in doctor.examine(read_settings()) if one.subject == subject]


def test_doctor_on_a_healthy_office(at_work):
    at_work.says("backup")
    at_work.says("printer", "set", "file:///dev/null")
    said = at_work.says("doctor")
    assert "\nx " not in said
    assert "is not running" in said
    assert at_work.says("check").splitlines()[0] == said.splitlines()[0]


def test_doctor_without_a_database(operator):
    operator.folder.mkdir()
    assert "ptsp migrate" in operator.is_told("doctor")


def test_doctor_tells_one_cause_once_where_nothing_was_set_up(operator):
    said = operator.is_told("doctor")
    assert [line.split(":")[0] for line in said.splitlines() if line.startswith("x ")] == ["x database"]


@pytest.mark.parametrize("command", ["doctor", "openapi"])
def test_who_has_read_enough_gets_no_error(at_work, command):
    """As `| head -1` does."""
    asked = [sys.executable, "-m", "server.cli", command]
    process = subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    process.wait(timeout=60)


def test_the_database_is_for_its_user_alone(operator, tmp_path):
    operator.folder.mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        operator.says("office", "apply", str(EXAMPLE_FILE))
        report = tmp_path / "report.xlsx"
        operator.says("survey", "report", "--period", "2026", "--format", "xlsx", "--out", str(report))
    finally:
        os.umask(before)
    assert (operator.folder / "ptsp.sqlite3").stat().st_mode & 0o777 == 0o600
    assert report.stat().st_mode & 0o777 == 0o644  # a web server may be meant to read it


def test_a_first_start_says_what_is_missing(operator):
    operator.says("migrate")
    assert [*lacking(read_settings())] == ["There is no office yet. Set one up: ptsp office apply FILE"]
    operator.says("office", "apply", str(EXAMPLE_FILE))
    (said,) = lacking(read_settings())
    assert said.endswith("has no administrator yet. Invite the first: ptsp invite --office contoh")
    operator.says("person", "add", "siti", "--name", "Siti", "--role", "admin", "--password", "kopi-susu-gula-aren-7")
    assert [*lacking(read_settings())] == []


def test_doctor_finds_a_broken_database(at_work):
    file = at_work.folder / "ptsp.sqlite3"
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    file.write_bytes(b"rubbish" * 3000)
    (found,) = findings("database")
    assert found.state == "wrong"


def test_doctor_finds_an_open_secret(at_work):
    (at_work.folder / "secret.key").write_text("x")
    (at_work.folder / "secret.key").chmod(0o644)
    (found,) = findings("secrets")
    assert found.state == "wrong"
    assert "chmod 600" in found.to_do


def test_doctor_finds_a_clock_behind_the_book(at_work):
    engine = open_engine(read_settings().database_url)
    clock = DrivenClock()
    clock.at = int(time.time() * 1000) + 3_600_000
    hall = Hall(engine, clock)
    with hall.work(people.Actor("system", 0, "system", 1)) as work:
        work.write("clock", "2026-08-03")
    engine.dispose()
    assert findings("clock")[0].state == "wrong"


def test_doctor_finds_a_dead_printer(at_work):
    at_work.says("printer", "set", f"tcp://127.0.0.1:{free_port()}")
    (found,) = findings("printer")
    assert found.state == "wrong"


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("", "warn"),
        ("http://127.0.0.1:8000", "warn"),
        ("http://localhost", "warn"),
        ("http://0.0.0.0:8000", "warn"),
        ("http://[::1]:8000", "warn"),
        ("https://hall.example", "ok"),
        ("http://192.168.1.5:8000", "ok"),
    ],
)
def test_doctor_finds_tickets_that_lead_nowhere(at_work, monkeypatch, address, state):
    monkeypatch.setenv("PTSP_PUBLIC_URL", address)
    (found,) = findings("public address")
    assert found.state == state
    assert ("PTSP_PUBLIC_URL" in found.to_do) == (state == "warn")


def test_doctor_finds_a_port_in_other_hands(at_work):
    with VirtualPrinter(port=at_work.port, folder=at_work.folder / "tickets"):
        (found,) = findings("server")
    assert found.state == "wrong"


def test_doctor_speaks_indonesian_on_an_indonesian_machine(operator, monkeypatch):
    from server.words import language

    assert language({"LANG": "id_ID.UTF-8"}) == "id"
    assert language({"LANG": "id_ID.UTF-8", "LC_ALL": "en_US.UTF-8"}) == "en"
    assert language({}) == "en"


def test_generated_passwords_are_long_and_differ():
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", one) for one in made)


@pytest.fixture
def running(operator: Operator) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`ptsp run`, really: the process, and what it printed before the server started."""
    command = [sys.executable, "-m", "server.cli", "run", "--port", str(operator.port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    said = ""
    try:
        for line in process.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        wait_for_health(operator.port)
        yield process, said
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def wait_for_health(port: int) -> None:
    for _attempt in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def test_a_newcomer_gets_a_hall_and_keeps_it(operator, running):
    process, said = running
    base = f"http://127.0.0.1:{operator.port}"
    for page in ("/kiosk/#key=", "/display/#key=", "/survey/#key=", "/counter/", "/office/", "/office/first/"):
        assert f"{base}{page}" in said
    for login, _name, _role in PEOPLE:
        assert re.search(rf"{re.escape(login)} +[a-z2-9]{{4}}-", said)
    assert (operator.folder / "sign-ins.txt").stat().st_mode & 0o777 == 0o600
    login, password = re.search(r"officer +(\S+) +(\S+)", said).groups()  # type: ignore[union-attr]
    assert looked_up(operator, lambda conn: people.check_password(conn, login, password)).role == "officer"
    assert "ready" in operator.says("printer", "probe")
    assert "open until" in operator.says("hall", "status")
    assert [one.state for one in findings("server")] == ["ok"]
    assert "in use" in operator.is_told("restore", str(made_backup(operator)), "--yes")
    assert EXAMPLE in operator.says("office", "show")
    assert "already running" in operator.is_told("run")
    assert "already running" in operator.is_told("serve")
    again = operator.says("run", "--only-prepare")
    assert set(re.findall(r"key=\S+", again)) == set(re.findall(r"key=\S+", said))
    assert password in again
    for_phones = "make run ARGS='--host 0.0.0.0'"
    assert for_phones in said
    for_all = operator.says("run", "--only-prepare", "--host", "0.0.0.0")
    assert for_phones not in for_all
    assert "//0.0.0.0" not in for_all
    process.terminate()
    process.wait(timeout=60)
    the_virtual_printer_ends_too(operator)


def the_virtual_printer_ends_too(operator: Operator) -> None:
    for _attempt in range(100):
        if operator.tries("printer", "probe").exit_code:
            return
        time.sleep(0.1)
    raise AssertionError("the virtual printer still answers")


def made_backup(operator: Operator) -> Path:
    operator.says("backup")
    return next((operator.folder / "backups").iterdir())
