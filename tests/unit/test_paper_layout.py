"""The bytes of a ticket, read by the virtual printer's own interpreter."""

from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.paper import pictures
from kiosk.paper.layout import BRING_LINES, DOTS, TicketPaper, ticket_bytes
from kiosk.paper.plain import plain
from kiosk.virtual_printer.interpreter import Interpreter

URL = "http://192.168.10.20:8000/t/3q2-7wABCDEFGHIJKLMNOP"
INDONESIAN = TicketPaper(
    office="Kantor Kementerian Agama Kota Contoh",
    number="A-012",
    number_label="Nomor antrean Anda",
    service="Legalisir ijazah",
    url=URL,
    issued="Senin, 28 Juli 2025, 10.42",
    ahead="Di depan Anda 4 orang",
    estimate="Perkiraan 15-25 menit",
    scan="Pindai untuk memantau giliran Anda",
    bring="Yang perlu dibawa",
    requirements="Ijazah asli\nFotokopi ijazah, paling banyak 10 lembar",
    more="Selengkapnya: pindai kode QR",
    small_print="Gratis. Tidak dipungut biaya.",
)
ENGLISH = replace(
    INDONESIAN,
    number_label="Your number",
    service="Legalise a diploma",
    issued="Monday, 28 July 2025, 10.42",
    ahead="4 people ahead of you",
    estimate="About 15-25 minutes",
    scan="Scan to follow your turn",
    bring="What to bring",
    requirements="The original diploma\nA copy of it, at most 10 sheets",
    priority_mark="PRIORITY",
    reprinted="REPRINTED",
)
LONG = replace(
    INDONESIAN,
    number="A-1000",
    office="Kantor Kementerian Agama Kabupaten Kepulauan Tanimbar Provinsi Maluku " * 3,
    service="Rekomendasi izin operasional Madrasah Diniyah Takmiliyah/Lembaga Pendidikan Al-Qur’an " * 3,
    requirements="\n".join(f"Syarat {n}: " + "surat keterangan bermeterai " * 6 for n in range(40)),
    url="https://antrean.kemenag-kepulauan-tanimbar.example.go.id/kantor/tanimbar/t/" + "x" * 60,
    priority=True,
    reprint=True,
)
WIDTHS = pytest.mark.parametrize("width", [58, 80])


def printed(payload, width):
    """(rolls, interpreter) after working through a job."""
    rolls = []
    interpreter = Interpreter(width, lambda roll, raw: rolls.append(roll), lambda n: None)
    interpreter.waiting += payload
    while interpreter.step():
        pass
    return rolls, interpreter


def one_ticket(paper, width):
    """The roll of one ticket, after checking that it is one, cut, understood to the last byte, and fits the paper."""
    rolls, interpreter = printed(ticket_bytes(paper, width), width)
    assert (len(rolls), interpreter.unknown, len(interpreter.waiting)) == (1, 0, 0)
    assert interpreter.roll.rows == 0
    assert rolls[0].overruns == 0
    return rolls[0]


def words_of(roll):
    return " ".join(" ".join(roll.text).split())


@WIDTHS
@pytest.mark.parametrize("paper", [INDONESIAN, ENGLISH, LONG], ids=["id", "en", "long"])
def test_an_independent_reader_reads_the_qr_back(paper, width):
    codes = zxingcpp.read_barcodes(one_ticket(paper, width).cut(width))
    assert [code.text for code in codes] == [paper.url]


@WIDTHS
def test_everything_a_visitor_needs_is_on_the_paper(width):
    words = words_of(one_ticket(INDONESIAN, width))
    for sentence in ("Nomor antrean Anda", "Perkiraan 15-25 menit", "Pindai untuk memantau giliran Anda"):
        assert sentence in words
    for sentence in ("Yang perlu dibawa - Ijazah asli - Fotokopi ijazah", "Senin, 28 Juli 2025, 10.42", "Gratis."):
        assert sentence in words


@WIDTHS
@pytest.mark.parametrize("number", ["A-012", "A-1000", "7", "VIP-9999"])
def test_the_number_is_as_large_as_the_paper_allows(number, width):
    picture = pictures.number(number, DOTS[width])
    left, _, right, _ = ink(picture)
    tall_enough = picture.height >= 0.39 * DOTS[width]
    assert right <= DOTS[width]
    assert right - left >= 0.95 * DOTS[width] or tall_enough
    assert abs(left - (DOTS[width] - right)) <= 20  # in the middle


def ink(picture):
    return picture.convert("L").point(lambda level: 255 - level).getbbox()


def test_marks_are_printed_only_when_they_are_true():
    usual = ticket_bytes(INDONESIAN, 80)
    assert ticket_bytes(replace(INDONESIAN, priority_mark="X", reprinted="Y"), 80) == usual
    assert len(ticket_bytes(replace(INDONESIAN, priority=True), 80)) > len(usual)
    assert len(ticket_bytes(replace(INDONESIAN, reprint=True), 80)) > len(usual)


def test_an_endless_list_is_shortened_and_says_where_the_rest_is():
    roll = one_ticket(LONG, 80)
    assert "Selengkapnya: pindai kode QR" in words_of(roll)
    assert sum("surat" in line or "Syarat" in line for line in roll.text) <= BRING_LINES
    assert roll.rows < 8 * 400  # 40 cm is more than enough


def test_a_ticket_with_nothing_but_the_necessary_is_a_ticket():
    bare = TicketPaper(office="", number="", service="", url=URL, issued="")
    assert [code.text for code in zxingcpp.read_barcodes(one_ticket(bare, 58).cut(58))] == [URL]


@pytest.mark.parametrize(
    "attack", ["\x1b@", "\x1dV\x00", "\x1dVA", "\x10\x04\x01", "\x1b!\xff", "\x1c.", "\n\n\n\x0c", "\x9b"]
)
@WIDTHS
def test_control_characters_command_nothing(attack, width):
    """Whatever a text field smuggles in, the printer gets the same commands as for the harmless rest of the name."""
    fields = ("office", "service", "number", "requirements", "ahead", "estimate", "scan", "bring", "issued")
    fields += ("small_print", "number_label")
    wicked = replace(INDONESIAN, **dict.fromkeys(fields, f"Abc{attack}def"))
    meek = replace(INDONESIAN, **{name: plain(f"Abc{attack}def") for name in fields})
    if "\n" not in attack:  # a line break is a point of a list, and meant
        assert ticket_bytes(wicked, width) == ticket_bytes(meek, width)
    one_ticket(wicked, width)


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=300), st.sampled_from([58, 80]))
@settings(max_examples=40, deadline=None)
def test_any_text_gives_one_ticket_that_fits(service, sentence, requirements, width):
    one_ticket(
        replace(
            INDONESIAN, service=service, ahead=sentence, estimate=sentence, requirements=requirements, priority=True
        ),
        width,
    )


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", min_size=22, max_size=22))
@settings(max_examples=30, deadline=None)
def test_no_picture_contains_a_real_time_command(token):
    """DLE EOT, DLE ENQ and DLE DC4 work even inside picture data; a QR is as good as random."""
    for width in (58, 80):
        payload = ticket_bytes(replace(INDONESIAN, url=f"http://10.0.0.5:8000/t/{token}"), width)
        assert not any(command in payload for command in pictures.REAL_TIME)


def test_a_picture_that_would_contain_a_command_is_moved_aside():
    from PIL import Image

    wicked = Image.frombytes("1", (16, 1), bytes(255 - byte for byte in b"\x10\x04"))
    assert pictures.REAL_TIME[0] in pictures.raster(wicked)
    assert pictures.REAL_TIME[0] not in pictures.raster(pictures.centred(wicked, 384))


def test_other_paper_and_endless_addresses_are_refused():
    with pytest.raises(ValueError, match="58 or 80"):
        ticket_bytes(INDONESIAN, 76)
    with pytest.raises(ValueError, match="too many"):
        ticket_bytes(replace(INDONESIAN, url="http://x/" + "y" * 2400), 58)


def test_the_job_ends_with_a_feed_and_a_cut():
    assert ticket_bytes(INDONESIAN, 80).endswith(b"\x1bd\x06\x1dV\x01")
