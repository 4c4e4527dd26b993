"""What every table is made of: the names of constraints, keys, references.

Instants are integers: milliseconds UTC since the epoch. ``*_tick`` are steady milliseconds (see clock.py). Days are ISO
dates in the office's own time. Texts that visitors read are JSON objects ``{"id": ..., "en": ...}``.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData

NAMING = {
    "ix": "ix_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

Id = BigInteger().with_variant(Integer, "sqlite")


def key() -> Column[int]:
    """A key that the database counts."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def of(table: str, *, nullable: bool = False, name: str | None = None) -> Column[int]:
    """A reference to a row of another table, named after it unless told otherwise."""
    return Column(name or f"{table}_id", Id, ForeignKey(f"{table}.id"), nullable=nullable)
