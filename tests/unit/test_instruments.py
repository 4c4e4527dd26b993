"""The questionnaire file: official order, printed order, wording, and what the loader refuses."""

import copy
import hashlib
import json
import shutil

import pytest

from ptsp import skm
from ptsp.elements import ELEMENTS, ONE_TOUCH, SKM
from survey import instruments
from survey.instruments import FOLDER, NO_ANSWER, BadInstrument, available, load, parse, versions

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


def test_every_instrument_of_the_house_asks_what_the_ground_floor_counts():
    assert set(available()) == set(ELEMENTS)
    for code in available():
        for version in versions(code):
            assert load(code, version).element_codes == ELEMENTS[code], f"{code}@{version}"


# What has been asked stays: answers belong to these very words. First 16 digits of the SHA-256 of each file.
ASKED = {
    "ipak-5@2021.1": "253d49bf5fa7342b",
    "one-touch@2026.1": "8afc74e964128f82",
    "skm-9@2017.1": "b19639e24fde1adc",
    "spkp-8@2021.1": "bc3b8c2da757e00d",
}


def test_wording_that_was_asked_never_changes():
    for path in sorted(FOLDER.glob("*.json")):
        known, now = ASKED.get(path.stem), hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        assert known == now, (
            f"{path.name}: changed wording is a new version: leave this file as it was, put the new words into a file "
            f"with a new version beside it, and its line ({now}) into this table"
        )
    assert {path.stem for path in FOLDER.glob("*.json")} == set(ASKED), "an answer's version must stay loadable"


@pytest.fixture
def two_versions(tmp_path, monkeypatch):
    """A house that has worded the SKM anew."""
    folder = tmp_path / "instruments"
    shutil.copytree(FOLDER, folder)
    newer = raw()
    newer["version"] = "2017.10"
    newer["questions"][0]["text"]["id"] = "Apakah persyaratannya sesuai?"
    (folder / "skm-9@2017.10.json").write_text(json.dumps(newer), encoding="utf-8")
    (folder / "skm-9@2017.9.json").write_text(json.dumps(newer | {"version": "2017.9"}), encoding="utf-8")
    monkeypatch.setattr(instruments, "FOLDER", folder)
    for kept in (instruments.load, instruments._files):
        kept.cache_clear()
    yield folder
    monkeypatch.undo()
    for kept in (instruments.load, instruments._files):
        kept.cache_clear()


def test_the_newest_version_is_asked_and_old_ones_stay(two_versions):
    assert versions(SKM) == ("2017.1", "2017.9", "2017.10"), "by number, not by letter"
    assert load(SKM).version == "2017.10"
    assert load(SKM).questions[0].text.id == "Apakah persyaratannya sesuai?"
    assert load(SKM, "2017.1").questions[0].text.id == FORM[0][1]


def test_a_file_is_called_as_it_says(two_versions):
    (two_versions / "skm-9@2018.1.json").write_text(json.dumps(raw()), encoding="utf-8")
    instruments._files.cache_clear()
    with pytest.raises(BadInstrument, match=r"skm-9@2018\.1\.json: calls itself skm-9@2017\.1"):
        load(SKM)
    (two_versions / "skm.json").write_text("{}", encoding="utf-8")
    instruments._files.cache_clear()
    with pytest.raises(BadInstrument, match="should be called"):
        available()


@pytest.mark.parametrize("code", ["spkp-99", "../instruments/skm-9", "", "skm-9.json", "skm-9@2017.1"])
def test_no_other_file_is_read(code):
    with pytest.raises(BadInstrument, match="no such instrument"):
        load(code)


@pytest.mark.parametrize("version", ["2016.1", "../skm-9@2017.1", "2017.1.json"])
def test_no_other_version_is_read(version):
    with pytest.raises(BadInstrument, match="no such instrument"):
        load(SKM, version)


def test_the_five_aspects_are_stated_so_that_four_is_clean():
    for question in load("ipak-5").questions:
        assert question.text.id.startswith("Tidak ada"), "a denial: who agrees says that it is clean"
        assert [answer.text.id for answer in question.answers] == [
            "Sangat tidak setuju", "Tidak setuju", "Setuju", "Sangat setuju",
        ]  # fmt: skip


def test_one_touch_has_four_faces_no_middle_and_follow_ups_in_the_newest_words_of_the_skm():
    one_touch = load(ONE_TOUCH)
    (question,) = one_touch.questions
    assert [answer.text.id for answer in question.answers] == ["Tidak puas", "Kurang puas", "Puas", "Sangat puas"]
    assert one_touch.respondent == ()
    source = one_touch.follow_ups
    assert (source.instrument, source.version) == (SKM, load(SKM).version), "a newer SKM needs a newer one-touch"
    assert set(source.when_unknown) < set(ELEMENTS[SKM])


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
