"""What an operator sets, read once at start; a bad value stops the start with words."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env, EnvError

DRIVEN_CLOCK = "PTSP_DRIVEN_CLOCK"
# Hosts to listen on that are no address to go to: every one of this machine.
EVERYWHERE = ("0.0.0.0", "::", "")


class BadSettings(Exception):
    """A setting that cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Settings:
    """Settings of one server process."""

    data_dir: Path
    database_url: str
    redis_url: str | None
    host: str
    port: int
    threads: int
    public_url: str
    trusted_proxies: int
    https: bool
    allowed_origins: list[str]
    log_level: str


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Reads PTSP_* from the environment, or from `environ` instead (tests). BadSettings names what is wrong."""
    if (os.environ if environ is None else environ).get(DRIVEN_CLOCK):
        raise BadSettings(f"{DRIVEN_CLOCK} is set: a driven clock belongs to tests and benchmarks, not to an office.")
    env = Env(eager=True)
    try:
        with _instead(environ), env.prefixed("PTSP_"):
            return _read(env)
    except (EnvError, ValueError) as error:
        raise BadSettings(str(error)) from error


@contextmanager
def _instead(environ: Mapping[str, str] | None) -> Iterator[None]:
    """For a moment `environ` is the environment: environs reads no other. None leaves it as it is."""
    if environ is None:
        yield
        return
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _read(env: Env) -> Settings:
    data_dir = Path(env.str("DATA_DIR", "var")).absolute()
    database_url = env.str("DATABASE_URL", f"sqlite:///{data_dir / 'ptsp.sqlite3'}")
    if not database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("PTSP_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://")
    port, threads = env.int("PORT", 8000), env.int("THREADS", 300)
    if not 0 < port < 65536:
        raise ValueError("PTSP_PORT must lie between 1 and 65535")
    if threads < 20:
        raise ValueError("PTSP_THREADS must be at least 20: every screen holds one")
    public_url = env.str("PUBLIC_URL", "").rstrip("/")
    if public_url and not public_url.startswith(("http://", "https://")):
        raise ValueError("PTSP_PUBLIC_URL must begin with http:// or https://")
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        redis_url=env.str("REDIS_URL", "") or None,
        host=env.str("HOST", "127.0.0.1"),
        port=port,
        threads=threads,
        public_url=public_url,
        trusted_proxies=env.int("TRUSTED_PROXIES", 0),
        https=env.bool("HTTPS", public_url.startswith("https://")),
        allowed_origins=env.list("ALLOWED_ORIGINS", []),
        log_level=env.str("LOG_LEVEL", "INFO"),
    )


def reachable(settings: Settings) -> str:
    """Where browsers and phones reach the server: the public address, else this machine's own in its network."""
    host = _own_address() if settings.host in EVERYWHERE else settings.host
    if ":" in host:
        host = f"[{host}]"
    return settings.public_url or f"http://{host}:{settings.port}"


def only_here(address: str) -> bool:
    """Whether an address leads nowhere but to the machine that opens it: loopback, or 0.0.0.0."""
    host = urlsplit(address).hostname or ""
    try:
        found = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return found.is_loopback or found.is_unspecified


def _own_address() -> str:
    """The address this machine would send from. Sends nothing: a UDP socket only asks the machine's own routes."""
    try:
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as asking:
            asking.connect(("192.0.2.1", 9))
            return str(asking.getsockname()[0])
    except OSError:
        return "127.0.0.1"


def secret_key(data_dir: Path) -> str:
    """The key that signs cookies: made at the first start, readable by the service alone."""
    path = data_dir / "secret.key"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
