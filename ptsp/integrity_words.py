"""How people write of levies, bribes, gratuity and corruption: reports that are pointed outside (DOMAIN section 4).

Every service is free of charge; what is due all the same (a marriage outside the office, the hajj) is paid at a bank.
So somebody who asks for money, an amount that was paid here, and money that goes to a person are such reports; prices,
banks, change and denials are not. Whole words in Indonesian and English, one space between them.
"""

from __future__ import annotations

import re

# --- what the sentences are made of

_NYA = "(?:nya)?"  # "the", "their": a word goes on with it
_PERSON = r"(?:petugas|pegawai|oknum|atasan|pimpinan|kepala|staf)(?:nya)?(?! (?:parkir|koperasi|kantin|bank))"
_MONEY = rf"(?:uang|duit){_NYA}(?!(?: saya| kami)? (?:di)?kembali)"
_AMOUNT = (
    r"(?:rp\.? ?\d[\d.,]*(?: ?(?:k|rb|ribu|jt|juta))?|\d[\d.,]* ?(?:k|rb|ribu|jt|juta)"
    r"|[1-9]\d{4,6}|[1-9]\d{0,2}(?:\.\d{3})+"
    r"|(?:se|(?:\w+ )?(?:\w+ (?:belas|puluh)|\w*ratus|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan) )"
    r"(?:ribu|juta))"
)
# Somebody wants: "minta (sejumlah)", "meminta saya untuk", "disuruh".
_WANTS = r"(?:(?:me|di)?minta(?:i|in|kan)?|permintaan|disuruh|(?:me)?nyuruh)"
_ASKED = rf"{_WANTS} (?:(?:\w+ ){{1,3}}(?:untuk|agar|supaya) |\w+ )?"
_PAY = rf"(?:mem)?bayar(?:an|kan|in)?{_NYA}"
_LEVIED = r"(?:di|me)?(?:pungut|mungut|tarik|narik|kena(?:kan|i)?)"
_GIVE = (
    r"(?:(?:mem)?beri(?:kan)?|kasih|(?:me)?ngasih|(?:men)?transfer|(?:men)?titip(?:kan)?"
    r"|(?:setor|(?:me)?nyetor)(?:kan)?)"
)
_NOT_AT_A_BANK = (
    r"(?!.{0,40}\b(?:(?:di|ke|lewat|melalui|via) (?:teller |loket )?(?:bank|atm|kantor pos)|at (?:the|a) bank)\b)"
)
_NOT_FOR_THE_HAJJ = r"(?!.{0,20}\b(?:setoran|haji|bpih|bipih)\b)"
_OFFICER = r"(?:the |an? )?(?:officers?|officials?|staff|clerks?|employees?)"
_CASH = r"(?:money|cash)(?! back)"
_SUM = r"(?:(?:rp\.?|idr) ?\d[\d.,]*|\d[\d.,]* ?(?:k|thousand|million|rupiah)|\d[\d.,]{2,})"

# --- the sentences

_LEVIES = (
    rf"{_ASKED}{_MONEY}", rf"{_ASKED}{_PAY}{_NOT_AT_A_BANK}", rf"{_ASKED}{_AMOUNT}{_NOT_AT_A_BANK}",
    rf"{_WANTS} (?:imbalan|biaya){_NYA}{_NOT_AT_A_BANK}", rf"{_ASKED}imbalan{_NYA}",
    rf"{_ASKED}jatah{_NYA}(?! (?:nomor|antre\w*|kuota|kursi|parkir))",
    rf"{_ASKED}setoran{_NYA}(?! (?:awal|haji|bpih))",
    rf"(?:dipaksa|terpaksa|ternyata|malah|tetap) (?:harus )?{_PAY}{_NOT_AT_A_BANK}",
    rf"(?<!bukti )(?<!kode ){_PAY} (?:uang |duit |biaya |sebesar )?{_AMOUNT}{_NOT_AT_A_BANK}{_NOT_FOR_THE_HAJJ}",
    rf"{_PAY}\b.{{0,60}}\b(?:padahal|seharusnya|harusnya|mestinya|katanya) (?:\w+ ){{0,2}}gratis",
    rf"{_LEVIED} (?:biaya{_NYA}|{_MONEY}|{_AMOUNT}){_NOT_AT_A_BANK}",
    rf"pungutan{_NYA}", r"biaya (?:liar|ilegal|siluman|(?:tidak|tak) resmi)",
    r"dipalak\w*", r"(?:me|pe)malak\w*",
    rf"amplop{_NYA}(?! (?:coke?lat|besar|berkas|surat|dokumen|legalisir|ijazah|lamaran))",
    rf"(?:uang|duit) (?:tambahan|pelicin|sogok|semir|tutup mulut|terima kasih|rokok|kopi|lelah|jatah|setoran){_NYA}",
    r"uang damai", r"salam tempel",
    rf"(?:tanpa|tidak|tak) (?:ada |diberi |dapat )?k[uw]itansi{_NYA}",
)  # fmt: skip
_TO_A_PERSON = (
    rf"{_PERSON} (?:\w+ ){{0,3}}(?:(?:me)?nerima|terima|(?:meng)?ambil) (?:sejumlah )?(?:{_MONEY}|{_AMOUNT})",
    rf"{_PAY} (?:[\w.,]+ ){{0,4}}(?:ke|kepada|sama|untuk|buat) {_PERSON}",
    rf"{_GIVE} (?:\w+ )?(?:{_MONEY}|{_AMOUNT}) (?:\w+ )?(?:ke|kepada|sama|untuk|buat) {_PERSON}",
    rf"{_GIVE} (?:\w+ )?{_PERSON} (?:{_MONEY}|{_AMOUNT})",
    rf"{_GIVE} (?:[\w.,]+ ){{0,3}}ke rekening (?:pribadi(?! (?:saya|kami)\b)|{_PERSON})",
    rf"rekening pribadi {_PERSON}", rf"(?:jatah|setoran){_NYA} (?:(?:untuk|ke|kepada) )?(?:{_PERSON}|loket)",
)  # fmt: skip
_BRIBES = (
    r"pungli\w*", r"gratifikasi\w*", rf"suap{_NYA}", r"(?:(?:me|pe)?ny|dis)uap", "penyuapan",
    rf"(?:me)?nyuapi (?:\w+ )?{_PERSON}", rf"{_PERSON} disuapi",  # with "anak" or "bayi" it is a meal
    r"sogok\w*", r"(?:me|pe)?nyogok\w*", "disogok", r"(?:anti)?korup\w*", r"pemeras\w*", "diperas",
    rf"calo{_NYA}", rf"percaloan{_NYA}",
)  # fmt: skip
_ENGLISH = (
    r"gratuit(?:y|ies)", r"bribe\w*", "bribing", r"corrupt\w*", r"extort\w*", r"kickbacks?", "under the table",
    r"(?:illegal|unofficial) (?:lev(?:y|ies)|fees?|charges?|payments?)", r"without (?:a |any )?receipt",
    rf"(?:ask|demand|want|request)\w* (?:\w+ )?(?:for )?(?:\w+ )?{_CASH}",
    rf"{_OFFICER} (?:took|takes?|accept\w*|receiv\w*) (?:\w+ )?{_CASH}",
    rf"(?:pay|paid|gave|give|giving) {_OFFICER} (?:\w+ )?(?:{_CASH}|{_SUM})",
    rf"(?:pay|paid) (?:[\w.,]+ ){{0,4}}to {_OFFICER}", rf"(?:gave|give|giving) (?:{_CASH}|{_SUM}) to {_OFFICER}",
    rf"(?:charg|ask|demand)\w* (?:(?:me|us|him|her|them) )?(?:for )?{_SUM}{_NOT_AT_A_BANK}",
)  # fmt: skip

# What sounds like one and is none: a denial ("tidak dipungut biaya"), or the question what something costs.
_PLAIN = (
    r"(?:tidak|tak|tanpa) (?:(?:akan|pernah) )?di(?:pungut|tarik|kenakan|kenai|mintai?) (?:biaya|uang|bayaran)",
    r"(?:tidak ada|tanpa|bebas) (?:biaya|pungutan)",
    rf"(?:apakah|berapa) (?:(?!{_PERSON})\w+ ){{0,4}}(?:biaya|bayar){_NYA}(?! {_AMOUNT})",
)


def _any_of(sentences: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sentences)})\b", re.IGNORECASE)


_OUTSIDE, _QUIET = _any_of(_LEVIES + _TO_A_PERSON + _BRIBES + _ENGLISH), _any_of(_PLAIN)


def are_in(text: str) -> bool:
    """Whether a text (in NFKC) has such words, however its lines are broken."""
    return _OUTSIDE.search(_QUIET.sub(",", " ".join(text.split()))) is not None
