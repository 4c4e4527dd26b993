"""What an operator installs, checked as far as it can be without the office's hardware."""

import configparser
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
import requests
import socketio

from server.settings import Settings, read_settings
from tests.support.services import Kept, find_program, free_port
from web.openapi import codes_of

HERE = Path(__file__).parents[2]
DEPLOY = HERE / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SCRIPTS = sorted([*DEPLOY.rglob("*.sh"), HERE / "tests/setup-system.sh", HERE / ".ci/run"])
TOKEN = "b64-of-128-random-bits"


def run(*command: object, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, **more)  # type: ignore[call-overload,no-any-return]


def installed(root: Path) -> Path:
    find_program("openssl", "openssl")
    server = run(DEPLOY / "install.sh", "--root", root, "server", "hall.test", "127.0.0.1")
    assert server.returncode == 0, server.stderr
    authority = root / "etc/ptsp/tls/ca.crt"
    for kind, page in (("kiosk", "https://hall.test/kiosk/#key=a&b"), ("board", "https://hall.test/display/")):
        screen = run(DEPLOY / "install.sh", "--root", root, "screen", kind, page, authority)
        assert screen.returncode == 0, screen.stderr
    return root


# Scripts


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_can_be_parsed_and_started(script: Path) -> None:
    assert os.access(script, os.X_OK)
    checked = run("bash", "-n", script)
    assert checked.returncode == 0, checked.stderr


def test_installing_puts_every_file_in_its_place_and_keeps_what_the_office_changed(tmp_path: Path) -> None:
    root = installed(tmp_path)
    names = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    assert {f"etc/systemd/system/{unit.name}" for unit in UNITS} <= names
    settings = root / "etc/ptsp/ptsp.env"
    settings.write_text("CHANGED=1\n")
    certificate = (root / "etc/ptsp/tls/hall.crt").read_bytes()
    installed(root)
    assert settings.read_text() == "CHANGED=1\n"
    assert (root / "etc/ptsp/tls/hall.crt").read_bytes() == certificate
    for path in root.rglob("*"):
        if path.is_file():
            lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
            assert not [line for line in lines if "hall.example" in line], f"the example name is left in {path}"
    assert "PAGE=https://hall.test/kiosk/#key=a&b\n" in (root / "etc/ptsp/kiosk.env").read_text()
    secret = [root / "etc/ptsp/kiosk.env", root / "etc/ptsp/tls/hall.key", root / "etc/ptsp/tls/ca.key"]
    assert [path.stat().st_mode & 0o077 for path in secret] == [0, 0, 0]
    policy = json.loads((root / "etc/chromium/policies/managed/ptsp.json").read_text())
    assert policy["URLAllowlist"] == ["https://hall.test"]


def test_an_update_tells_of_a_site_that_is_not_the_shipped_one(tmp_path: Path) -> None:
    """A kept site gets no new locations by itself; somebody has to know."""
    site = installed(tmp_path) / "etc/nginx/sites-available/ptsp"
    again = DEPLOY / "install.sh", "--root", tmp_path, "server", "hall.test", "127.0.0.1"
    assert "it is not the site of this version" not in run(*again).stderr
    older = site.read_text().replace("location /api/", "location /programs/")
    site.write_text(older)
    told = run(*again)
    assert told.returncode == 0
    assert f"diff /etc/nginx/sites-available/ptsp {DEPLOY}/nginx/ptsp.conf" in told.stderr
    assert site.read_text() == older


def test_wrong_words_install_nothing(tmp_path: Path) -> None:
    for words in (
        ["server"],
        ["server", "a b; rm -rf /"],
        ["screen", "kiosk", "not-a-url"],
        ["screen", "tv", "https://a"],
        [],
    ):
        refused = run(DEPLOY / "install.sh", "--root", tmp_path, *words)
        assert refused.returncode == 2, words
        assert "install.sh server NAME" in refused.stderr
    assert list(tmp_path.rglob("*")) == []


# Service units


def exec_lines(unit: Path) -> list[str]:
    return re.findall(r"^Exec\w+=(.*)$", unit.read_text(), re.MULTILINE)


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    analyze = find_program("systemd-analyze", "systemd")
    for unit in UNITS:
        text = unit.read_text()
        for program in ("/opt/ptsp/.venv/bin/ptsp", "/usr/lib/ptsp/screen.sh"):
            text = text.replace(program, "/bin/true")  # verify wants programs to exist; that ours do is checked below
        (tmp_path / unit.name.replace("@.", "@8001.")).write_text(text)
    verified = run(analyze, "verify", "--man=no", *sorted(tmp_path.iterdir()))
    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.parametrize("name", ["ptsp.service", "ptsp@.service", "ptsp-backup.service"])
def test_the_server_is_shut_in(name: str, tmp_path: Path) -> None:
    """systemd's own score: 0 is a sealed box, 9.6 a plain service."""
    unit = tmp_path / name.replace("@.", "@8001.")
    unit.write_text((DEPLOY / "systemd" / name).read_text())
    rated = run(find_program("systemd-analyze", "systemd"), "security", "--offline=true", "--threshold=25", unit)
    assert rated.returncode == 0, rated.stdout[-300:]


def test_services_come_back_for_ever() -> None:
    for unit in UNITS:
        parsed = configparser.RawConfigParser(strict=False)
        parsed.optionxform = str  # type: ignore[assignment,method-assign]
        parsed.read_string(unit.read_text())
        if unit.suffix == ".service" and parsed["Service"]["Type"] != "oneshot":
            assert parsed["Service"]["Restart"] == "always", unit.name
            assert parsed["Unit"]["StartLimitIntervalSec"] == "0", unit.name
            assert parsed["Install"]["WantedBy"] == "multi-user.target", unit.name
        if unit.suffix == ".timer":
            assert parsed["Timer"]["Persistent"] == "true", unit.name


def test_every_command_that_a_unit_starts_exists() -> None:
    commands = {line for unit in UNITS for line in exec_lines(unit) if "/bin/ptsp " in line}
    assert commands
    for line in commands:
        name, *options = line.split("/bin/ptsp ")[1].split()
        told = run(sys.executable, "-c", "from server.cli import main; main()", name, "--help", cwd=HERE)
        assert told.returncode == 0, f"`ptsp {name}` in deploy/systemd does not exist: {told.stderr}"
        for option in (word for word in options if word.startswith("-")):
            assert option in told.stdout, f"`ptsp {name}` has no {option}"


def test_the_settings_file_is_accepted_and_names_only_what_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (installed(tmp_path) / "etc/ptsp/ptsp.env").read_text()
    for name in [name for name in os.environ if name.startswith("PTSP_")]:
        monkeypatch.delenv(name)
    for name, value in re.findall(r"^(PTSP_\w+)=(.*)$", text, re.MULTILINE):
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert (settings.public_url, settings.https, settings.trusted_proxies) == ("https://hall.test", True, 1)
    assert (str(settings.data_dir), settings.host, settings.port) == ("/var/lib/ptsp", "127.0.0.1", 8000)
    for name, value in re.findall(r"^#(PTSP_\w+)=(.*)$", text, re.MULTILINE):
        monkeypatch.setenv(name, value)
    assert read_settings().redis_url
    offered = {name.lower() for name in re.findall(r"^#?PTSP_(\w+)=", text, re.MULTILINE)}
    assert offered <= {field.name for field in fields(Settings)}


# Certificate


def test_the_certificate_is_renewed_and_the_authority_stays(tmp_path: Path) -> None:
    find_program("openssl", "openssl")
    make = DEPLOY / "make-certificate.sh"
    assert run(make, tmp_path, "hall.test", "127.0.0.1").returncode == 0
    authority, first = (tmp_path / "ca.crt").read_bytes(), (tmp_path / "hall.crt").read_bytes()
    assert run(make, tmp_path, "hall.test", "127.0.0.1").returncode == 0
    second = (tmp_path / "hall.crt").read_bytes()
    assert (tmp_path / "ca.crt").read_bytes() == authority
    assert second != first
    refused = run(make, tmp_path, "bank.test")  # the authority may sign for this hall alone
    assert refused.returncode == 1
    assert "made for another name" in refused.stderr
    assert (tmp_path / "hall.crt").read_bytes() == second
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ca.crt", "ca.key", "ca.srl", "hall.crt", "hall.key"]


# The proxy, running


@dataclass
class Proxy:
    http: int
    https: int
    authority: Path
    log: Path
    upstream: Kept

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.https}"

    def session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.authority)
        return session


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    nginx = find_program("nginx", "nginx")
    folder = Path(tempfile.mkdtemp(prefix="ptsp-nginx-"))
    root = installed(folder / "root")
    behind, http, https = free_port(), free_port(), free_port()
    site = (root / "etc/nginx/sites-available/ptsp").read_text()
    for here, there in {
        "127.0.0.1:8000": f"127.0.0.1:{behind}",
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen 443 ssl;": f"listen 127.0.0.1:{https} ssl;",
        "/etc/ptsp/tls": f"{root}/etc/ptsp/tls",
        "/usr/share/ptsp": f"{root}/usr/share/ptsp",
        "/var/log/nginx/ptsp.log": f"{folder}/access.log",
        "/var/log/nginx/ptsp-error.log": f"{folder}/ptsp-error.log",
    }.items():
        assert here in site
        site = site.replace(here, there)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    configuration.write_text(
        f"{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\n{temporary}\n{site}\n}}\n"
    )
    tested = run(nginx, "-t", "-p", folder, "-c", configuration, "-e", folder / "error.log")
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr
    upstream = Kept(
        [
            "/usr/bin/env",
            f"PYTHONPATH={HERE}:{os.environ.get('PYTHONPATH', '')}",
            sys.executable,
            "-m",
            "tests.support.echo_hall",
            str(behind),
        ],
        Path(tempfile.mkdtemp(prefix="ptsp-echo-")),
    )
    kept = Kept([nginx, "-p", str(folder), "-c", str(configuration), "-e", f"{folder}/error.log"], folder)
    running = Proxy(http, https, root / "etc/ptsp/tls/ca.crt", folder / "access.log", upstream)
    try:
        kept.wait_until(
            lambda: running.session().get(running.url, timeout=3).raise_for_status(), (requests.RequestException,)
        )
        yield running
    finally:
        kept.stop()
        upstream.stop()


def test_a_websocket_passes_through_tls(proxy: Proxy) -> None:
    with proxy.session() as session:
        client = socketio.Client(http_session=session)
        client.connect(proxy.url, transports=["websocket"])
        try:
            assert client.call("command", {"name": "call_next"}, timeout=20) == {
                "heard": {"name": "call_next"},
                "transport": "websocket",
                "from": "127.0.0.1",
            }
        finally:
            client.disconnect()


def test_the_server_learns_the_true_address_and_not_what_a_phone_claims(proxy: Proxy) -> None:
    lies = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "evil.test", "Forwarded": "for=6.6.6.6"}
    with proxy.session() as session:
        heard = session.get(proxy.url, headers=lies, timeout=5).json()["headers"]
    assert heard["X-Forwarded-For"] == "127.0.0.1"
    assert heard["X-Forwarded-Proto"] == "https"
    assert heard["X-Forwarded-Host"] == heard["Host"] == f"127.0.0.1:{proxy.https}"
    assert "Forwarded" not in heard


def test_plain_http_is_sent_to_https(proxy: Proxy) -> None:
    with proxy.session() as session:
        answer = session.get(f"http://127.0.0.1:{proxy.http}/kiosk/?a=1", allow_redirects=False, timeout=5)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://127.0.0.1/kiosk/?a=1")


def test_hsts_is_said_once_and_by_the_proxy(proxy: Proxy) -> None:
    with proxy.session() as session:
        assert session.get(proxy.url, timeout=5).headers["Strict-Transport-Security"] == "max-age=31536000"


def test_large_bodies_stop_at_the_door(proxy: Proxy) -> None:
    with proxy.session() as session:
        assert session.post(proxy.url, data=b"a" * 200_000, timeout=5).json()["size"] == 200_000
        assert session.post(proxy.url, data=b"a" * 300_000, timeout=5).status_code == 413
        for path in ("/office/follow-up/7/evidence", "/office/survey/import/"):  # files of managers
            assert session.post(proxy.url + path, data=b"a" * 10_500_000, timeout=20).json()["size"] == 10_500_000
            assert session.post(proxy.url + path, data=b"a" * 12_000_000, timeout=20).status_code == 413


def test_only_whoever_knows_the_authority_trusts_the_hall(proxy: Proxy) -> None:
    with requests.Session() as session, pytest.raises(requests.exceptions.SSLError):
        session.get(proxy.url, timeout=5)


def test_old_tls_is_refused(proxy: Proxy) -> None:
    shut = run("openssl", "s_client", "-connect", f"127.0.0.1:{proxy.https}", "-tls1_1", input="")
    assert "Cipher is (NONE)" in shut.stdout
    assert ssl.get_server_certificate(("127.0.0.1", proxy.https))


def test_the_log_does_not_hold_the_visitors_secret(proxy: Proxy) -> None:
    logged = ("/t/-", "/t/-/cancel", "/survey/-", "/complaints/-", "/kiosk/paper/-", "/office/first/-", "/counter/")
    with proxy.session() as session:
        for path in (path.replace("-", TOKEN) for path in (*logged, "/t/-/state")):
            assert session.get(proxy.url + path, timeout=5).json()["path"] == path.removeprefix("/")
    log = proxy.log.read_text()
    assert TOKEN not in log
    assert [path for path in logged if f'"GET {path}"' not in log] == []
    assert '"GET /t/-/state"' not in log


def test_the_kiosks_browser_trusts_the_hall(proxy: Proxy, tmp_path: Path) -> None:
    """The real script and the real browser; only the full-screen compositor, which needs a screen, is replaced."""
    find_program("certutil", "libnss3-tools")
    find_program("curl", "curl")
    find_program("chromium", "chromium")
    cage = tmp_path / "bin/cage"
    cage.parent.mkdir()
    cage.write_text(
        "#!/bin/sh\nshift 2\n"
        'for word; do shift; case $word in --kiosk|--ozone*) ;; *) set -- "$@" "$word" ;; esac; done\n'
        'exec "$@" --headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update '
        "--disable-sync --disable-quic --dump-dom\n"
    )
    cage.chmod(0o755)
    world = {
        "PATH": f"{cage.parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "PAGE": f"{proxy.url}/kiosk/",
        "CA": str(proxy.authority),
    }
    for _ in range(2):  # the second start finds the store and the profile of the first
        shown = run(DEPLOY / "kiosk/screen.sh", env=world)
        assert '"path":"kiosk/"' in shown.stdout, shown.stderr[-2000:]
    stranger = run(DEPLOY / "kiosk/screen.sh", env={**world, "CA": "", "HOME": str(tmp_path / "b"), "WAIT": "0"})
    assert '"path"' not in stranger.stdout


def test_a_screen_without_the_halls_own_authority_waits_as_any_browser_does(tmp_path: Path) -> None:
    """CA stays in kiosk.env where the certificate is a public one, but there is no such file."""
    said = tmp_path / "said"
    for name in ("curl", "chromium", "certutil", "cage"):
        stand_in = tmp_path / "bin" / name
        stand_in.parent.mkdir(exist_ok=True)
        stand_in.write_text(f'#!/bin/sh\necho {name} "$@" >> {said}\n')
        stand_in.chmod(0o755)
    world = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "HOME": str(tmp_path), "PAGE": "https://hall.test/kiosk/"}
    for more in ({"CA": str(tmp_path / "none.crt")}, {"CA": ""}, {}):
        said.unlink(missing_ok=True)
        shown = run(DEPLOY / "kiosk/screen.sh", env={**world, **more})
        assert shown.returncode == 0, shown.stderr
        asked, opened = said.read_text().splitlines()
        assert asked == "curl --silent --fail --max-time 3 --output /dev/null https://hall.test/kiosk/"
        assert opened.startswith("cage ")


def test_while_the_server_is_away_people_read_why(proxy: Proxy) -> None:
    """Last in this file: it takes the server down."""
    proxy.upstream.stop()
    with proxy.session() as session:
        answer = session.get(f"{proxy.url}/kiosk/", timeout=10)
        state = session.get(f"{proxy.url}/t/{TOKEN}/state", timeout=10)
        program = session.post(f"{proxy.url}/api/v1/commands/issue", json={"request_id": TOKEN}, timeout=10)
    for log in proxy.log.parent.glob("*.log"):
        assert TOKEN not in log.read_text(), log.name
    assert answer.status_code == state.status_code == 502
    assert "Sebentar lagi" in answer.content.decode()
    assert 'http-equiv="refresh"' in answer.text
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert (program.status_code, program.headers["Content-Type"]) == (503, "application/json")
    assert program.json()["error"]["code"] == "unavailable"
    assert "unavailable" in codes_of(503), "programs read in the OpenAPI document what may come"
    assert program.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert program.headers["Cache-Control"] == "no-store"
