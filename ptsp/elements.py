"""The elements (unsur, aspek) of each instrument, in official order: what an index is made of.

Sources: PermenPANRB 14/2017 (SKM), PermenPANRB 90/2021 (IPKP, IPAK); DOMAIN sections 2 and 3. The wording of the
questions is in survey/instruments/; a house check compares the two.
"""

from __future__ import annotations

SKM = "skm-9"
SPKP = "spkp-8"
IPAK = "ipak-5"
ONE_TOUCH = "one-touch"

ELEMENTS: dict[str, tuple[str, ...]] = {
    SKM: tuple(f"U{n}" for n in range(1, 10)),
    SPKP: tuple(f"P{n}" for n in range(1, 9)),
    IPAK: tuple(f"K{n}" for n in range(1, 6)),
    # Four faces; S is the whole impression. A follow-up question on a weak element is kept under that element's code.
    ONE_TOUCH: ("S",),
}
