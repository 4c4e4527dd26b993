"""The questionnaire file: official order, printed order, wording, and what the loader refuses."""

import copy
import json

import pytest

from ptsp import skm
from survey.instruments import FOLDER, NO_ANSWER, BadInstrument, available, load, parse

# DOMAIN section 2, copied by hand: element, question, answers 1..4, in printed order.
FORM = [
    ("U1", "Bagaimana pendapat Saudara tentang kesesuaian persyaratan pelayanan dengan jenis pelayanannya?",
     "Tidak sesuai | Kurang sesuai | Sesuai | Sangat sesuai"),
    ("U2", "Bagaimana pemahaman Saudara tentang kemudahan prosedur pelayanan di unit ini?",
     "Tidak mudah | Kurang mudah | Mudah | Sangat mudah"),
    ("U3", "Bagaimana pendapat Saudara tentang kecepatan waktu dalam memberikan pelayanan?",
     "Tidak cepat | Kurang cepat | Cepat | Sangat cepat"),
    ("U4", "Bagaimana pendapat Saudara tentang kewajaran biaya/tarif dalam pelayanan?",
     "Sangat mahal | Cukup mahal | Murah | Gratis"),
    ("U5", "Bagaimana pendapat Saudara tentang kesesuaian produk pelayanan antara yang tercantum dalam standar "
     "pelayanan dengan hasil yang diberikan?",
     "Tidak sesuai | Kurang sesuai | Sesuai | Sangat sesuai"),
    ("U6", "Bagaimana pendapat Saudara tentang kompetensi/kemampuan petugas dalam pelayanan?",
     "Tidak kompeten | Kurang kompeten | Kompeten | Sangat kompeten"),
    ("U7", "Bagaimana pendapat Saudara tentang perilaku petugas dalam pelayanan terkait kesopanan dan keramahan?",
     "Tidak sopan dan ramah | Kurang sopan dan ramah | Sopan dan ramah | Sangat sopan dan ramah"),
    ("U9", "Bagaimana pendapat Saudara tentang kualitas sarana dan prasarana?",
     "Buruk | Cukup | Baik | Sangat baik"),
    ("U8", "Bagaimana pendapat Saudara tentang penanganan pengaduan pengguna layanan?",
     "Tidak ada | Ada tetapi tidak berfungsi | Berfungsi kurang maksimal | Dikelola dengan baik"),
]  # fmt: skip


def raw():
    return json.loads((FOLDER / "skm-9@2017.1.json").read_text(encoding="utf-8"))


def test_form_reads_as_the_regulation_prints_it():
    printed = [
        (question.element, question.text.id, " | ".join(answer.text.id for answer in question.answers))
        for question in load().questions
    ]
    assert printed == FORM


def test_elements_are_in_official_order_and_are_those_of_the_index():
    assert load().element_codes == skm.ELEMENTS
    assert load().version == "2017.1"


def test_u9_is_asked_before_u8():
    printed = {question.element: question.printed for question in load().questions}
    assert (printed["U9"], printed["U8"]) == (8, 9)


def test_respondent_block_is_optional_and_asks_nothing_about_religion():
    traits = {trait.code: [option.code for option in trait.options] for trait in load().respondent}
    assert list(traits) == ["sex", "age", "education", "occupation"]
    assert all(options[-1] == NO_ANSWER for options in traits.values())
    assert traits["sex"][:-1] == ["L", "P"]
    assert traits["age"][0].startswith("17-")
    assert traits["education"][:-1] == ["SD", "SMP", "SMA", "S1", "S2", "S3"]
    assert traits["occupation"][:-1] == ["PNS", "TNI", "POLRI", "SWASTA", "WIRAUSAHA", "LAINNYA"]


def test_picture_is_the_file_without_what_pages_do_not_need():
    whole = raw()
    assert load().picture == {key: value for key, value in whole.items() if key not in ("elements", "source")}


def test_every_instrument_of_the_house_loads():
    assert "skm-9" in available()
    for code in available():
        assert load(code).code == code


@pytest.mark.parametrize("code", ["spkp-99", "../instruments/skm-9", "", "skm-9.json"])
def test_no_other_file_is_read(code):
    with pytest.raises(BadInstrument, match="no such instrument"):
        load(code)


def _without_element_text(it):
    del it["elements"][0]["name"]


def _ask_u8_twice(it):
    it["questions"][7]["element"] = "U8"


def _element_twice(it):
    it["elements"][1]["code"] = "U1"


def _unknown_element(it):
    it["questions"][0]["element"] = "U10"


def _two_answers_valued_four(it):
    it["questions"][0]["answers"][2]["value"] = 4


def _three_answers(it):
    it["questions"][0]["answers"].pop()


def _one_language(it):
    it["name"] = {"id": "Survei"}


def _empty_translation(it):
    it["questions"][0]["text"]["en"] = "  "


def _printed_out_of_order(it):
    it["questions"].reverse()


def _question_left_out(it):
    it["questions"].pop()


def _nobody_may_decline(it):
    it["respondent"][0]["options"].pop()


def _option_twice(it):
    it["respondent"][0]["options"][1]["code"] = "L"


def _list_for_text(it):
    it["name"] = 5


BREAKAGES = [
    (_without_element_text, "'name' is missing"),
    (_ask_u8_twice, "question for element U8 appears twice"),
    (_element_twice, "element U1 appears twice"),
    (_unknown_element, "U1, U10"),
    (_two_answers_valued_four, "U1: answers should be valued"),
    (_three_answers, "U1: answers should be valued"),
    (_one_language, "exactly the languages"),
    (_empty_translation, "should be a word"),
    (_printed_out_of_order, "printed order"),
    (_question_left_out, "not asked: U8"),
    (_nobody_may_decline, "sex: no_answer"),
    (_option_twice, "option of sex L appears twice"),
    (_list_for_text, "wrong place"),
]


@pytest.mark.parametrize(("spoil", "reason"), BREAKAGES, ids=[spoil.__name__ for spoil, _ in BREAKAGES])
def test_a_spoilt_file_is_refused_with_the_reason(spoil, reason):
    spoilt = copy.deepcopy(raw())
    spoil(spoilt)
    with pytest.raises(BadInstrument, match=reason):
        parse(spoilt)
