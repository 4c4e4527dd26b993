"""The statements around every action: the office's row, and what was answered before."""

from __future__ import annotations

from sqlalchemy import bindparam, case, insert, select, update

from ptsp import records as r
from ptsp.database import Prepared

take_office = Prepared(
    update(r.office)
    .where(r.office.c.id == bindparam("the_office"))
    .values(
        seq=r.office.c.seq + 1,
        last_at=bindparam("now_at"),
        last_tick=case(
            (r.office.c.last_tick > bindparam("now_tick"), r.office.c.last_tick), else_=bindparam("now_tick")
        ),
    )
    .returning(r.office.c.seq, r.office.c.last_tick, r.office.c.revision)
)
set_seq = Prepared(update(r.office).where(r.office.c.id == bindparam("the_office")).values(seq=bindparam("new_seq")))
find_answer = Prepared(
    select(r.answered.c.fingerprint, r.answered.c.answer).where(
        r.answered.c.office_id == bindparam("office_id"),
        r.answered.c.actor == bindparam("actor"),
        r.answered.c.request_id == bindparam("request_id"),
    )
)
insert_answer = Prepared(insert(r.answered))
revision = Prepared(select(r.office.c.revision).where(r.office.c.id == bindparam("office_id")))
