"""The office's logo, from its file to the screens and the letters."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from ptsp import logo
from ptsp import records as r
from ptsp.office_file import OfficeFileError, read_office
from ptsp.setting_up import found_office
from tests.support.answers import a_year_of_answers
from tests.support.apps import House, second_office
from tests.support.halls import EXAMPLE
from tests.support.logos import a_logo
from tests.support.papers import pictures_in

TEXT = EXAMPLE.read_text(encoding="utf-8")
NAMED = TEXT.replace('code = "contoh"', 'logo = "logo.png"\ncode = "contoh"', 1)


def sets(house: House, text: str, picture: bytes | None = None) -> None:
    found_office(house.hall, read_office(text), picture=picture and logo.clean(picture))


def address(house: House) -> str:
    return f"/theme/{house.office.office_id}/{house.office.catalogue().setting('logo')}.png"


def test_every_screen_with_the_name_has_the_logo(house: House) -> None:
    pages = {"/": house.visitor(), "/office/": house.person("manager"), "/counter/": house.person("officer")}
    pages |= {"/kiosk/": house.screen("kiosk"), "/display/": house.screen("board"), "/results/": house.visitor()}
    pages |= {"/survey/": house.screen("survey"), "/survey/preview": house.person("manager")}
    pages |= {"/sign-in": house.visitor(), "/device/pair": house.visitor()}
    assert all('class="logo"' not in who.get(page).text for page, who in pages.items())
    sets(house, NAMED, a_logo())
    for page, who in pages.items():
        assert f'<img class="logo" src="{address(house)}" alt="">' in who.get(page).text, page
    answer = house.visitor().get(address(house))
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert picture.size == (logo.SIDE, logo.SIDE)


def test_it_stays_until_the_file_says_otherwise(house: House) -> None:
    sets(house, NAMED, a_logo())
    first = address(house)
    sets(house, TEXT)
    assert address(house) == first
    sets(house, NAMED, a_logo(200))
    assert address(house) != first
    assert house.visitor().get(first).status_code == 404, "a browser must not keep the new one under the old name"
    sets(house, NAMED.replace('"logo.png"', '""'))
    assert house.office.catalogue().setting("logo") == ""
    assert house.visitor().get(address(house)).status_code == 404
    assert 'class="logo"' not in house.visitor().get("/").text


def test_a_page_looks_like_the_office_it_is_about(house: House) -> None:
    """Two offices in one database: the ticket, its survey and complaints of one, whoever of the other looks at them."""
    neighbours = second_office(house)
    sets(house, NAMED.replace("[settings]", '[settings]\naccent = "#005a9c"', 1), a_logo())
    ours, theirs = house.office.issue(), neighbours.issue()
    with house.hall.view() as conn:
        mine, other = (
            conn.scalar(select(r.ticket.c.token).where(r.ticket.c.id == one["id"])) for one in (ours, theirs)
        )
    look = [f'src="{address(house)}"', f'href="/theme/{house.office.office_id}.css"']
    lookers = house.visitor(), house.person("officer"), house.person("officer", neighbours)
    for who in lookers:
        for page in (f"/t/{mine}", f"/survey/{mine}", "/complaints/?office=contoh", "/results/of/contoh"):
            assert all(part in who.get(page).text for part in look), page
        for page in (f"/t/{other}", f"/survey/{other}", "/complaints/?office=sebelah", "/results/of/sebelah"):
            assert "/theme/" not in who.get(page).text, page


def test_an_error_page_comes_up_without_the_database(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sets(house, NAMED, a_logo())
    monkeypatch.setattr(house.hall, "view", lambda: 1 / 0)
    answer = house.visitor().get("/nothing-here")
    assert answer.status_code == 404
    assert 'class="logo"' not in answer.text


@pytest.mark.parametrize("name", ["../logo.png", "/etc/passwd", "a/b.png", "..", 3])
def test_it_lies_beside_the_file(name: object) -> None:
    with pytest.raises(OfficeFileError, match="logo must be the name of a file beside this one"):
        read_office(TEXT.replace('code = "contoh"', f"logo = {name!r}\ncode = 'contoh'", 1))


def test_letters_carry_it(house: House, tmp_path: Path) -> None:
    a_year_of_answers(house.office, 30, last="2026-06-30")
    manager = house.person("manager")

    def fetched(name: str) -> Path:
        file = tmp_path / name
        with manager.get(f"/office/survey/{name}?period=2026-T2") as answer:
            file.write_bytes(answer.data)
        return file

    def pictures() -> list[int]:
        found = [pictures_in(fetched(name)) for name in ("report.pdf", "poster.pdf")]
        with zipfile.ZipFile(fetched("report.docx")) as parts:
            return [*found, sum(name.startswith("word/media/") for name in parts.namelist())]

    before = pictures()
    sets(house, NAMED, a_logo())
    assert pictures() == [n + 1 for n in before]
