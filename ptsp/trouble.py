"""What a database says when something is wrong, as words that a person can act on."""

from __future__ import annotations

import sqlite3

import psycopg
import pysqlite3
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ptsp.errors import BadRequest, Busy, StorageFull

DRIVER_ERRORS: tuple[type[Exception], ...] = (
    pysqlite3.Error,
    sqlite3.Error,
    psycopg.Error,
    DBAPIError,
    PoolTimeout,
)
FULL = ("disk is full", "readonly", "read-only", "disk i/o", "unable to open", "no space left", "could not extend")
LOCKED = ("locked", "busy", "timeout", "terminating connection", "connection", "could not serialize", "deadlock")


def in_words(error: Exception) -> Exception:
    """A driver's error as one of ours where a person can do something about it; itself otherwise (a bug)."""
    said = str(getattr(error, "orig", None) or error).lower()
    if isinstance(error, PoolTimeout):
        return Busy()
    if "nul (0x00)" in said:  # PostgreSQL keeps no such character; what comes in by form or address may hold one
        return BadRequest(reason="NUL")
    if any(word in said for word in FULL):
        return StorageFull()
    if any(word in said for word in LOCKED):
        return Busy()
    return error


def lost_connection(error: Exception) -> bool:
    """Whether PostgreSQL went away: its other pooled connections are dead too. Without a code it was the wire."""
    said = getattr(error, "orig", None) or error
    return isinstance(said, psycopg.OperationalError) and (said.sqlstate or "08")[:2] in ("08", "57")
