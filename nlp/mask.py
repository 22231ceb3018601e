"""Personal data out of a text before anybody is shown it."""

import re
import unicodedata

from nlp.vocabulary import is_known, word_list

# What people put between the digits of one number; zero-width characters hide in copied ones.
_GAP = r"[ .\u00a0\u200b-\u200f\u2010-\u2015\u2060\ufeff-]"
_DASH = r"[ \u00a0\u2010-\u2015-]"
_MOBILE = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?:\(?\+?62\)?{_GAP}{{0,2}}(?:\(0\){_GAP}?)?|\(?[0oO]){_GAP}?8"
    rf"(?:[)]?{_GAP}{{0,2}}\d){{8,11}}(?!\d)"
)
# Without its first 0 a mobile number is told by its length, or by how people part it; a price in
# figures is parted by threes.
_BARE_MOBILE = re.compile(
    r"(?<![\d.,/+-])8[1-9](?:\d{8,10}|\d([ .-])\d{4}\1\d{3,5}|\d([ -])\d{3}\2\d{3,4}"
    r"|\d\d([ .-])\d{3,4}\3\d{3,4})(?![\d/]|[.,-]\d)"
)
_BEFORE_PRICE = re.compile(r"\b(?:rp|idr)\W{0,2}\Z", re.IGNORECASE)
_AFTER_COUNT = re.compile(r"\s?(?:rupiah|perak|kwh|m3|orang|warga|jiwa)\b", re.IGNORECASE)
# "BCA 1234567890", "no rek BRI: 0123-01-012345-50-1 a.n. ..."
_ACCOUNT = re.compile(
    r"(?<!\w)(?P<before>(?:no\.?[ ]?rek(?:ening)?|norek|rek(?:ening)?|bca|bri|bni|btn|bsi|mandiri"
    r"|cimb|permata|danamon|bank)(?!\w)[^\d\n]{0,40})"
    r"(?<!\d)(?<!\d[.,])(?P<number>\d(?:[ .-]?\d){9,15})(?!\d)",
    re.IGNORECASE,
)
_NOT_AN_ACCOUNT = re.compile(
    r"\b(?:rp|idr|nik|ktp|kk|npwp|hp|wa|whatsapp|telp?|telepon|hub|hubungi|kartu)\b", re.IGNORECASE
)
# Parted into what is a date, a time, or a price rather than an account.
_NO_ACCOUNT_NUMBER = re.compile(
    r"(?:19|20)\d\d[ .-]\d\d?[ .-]\d|\d\d?[ .-]\d\d?[ .-](?:19|20)?\d\d(?!\d)"
    r"|(?:[01]?\d|2[0-3])\.[0-5]\d(?!\d)|\d{1,3}(?:\.\d{3})+(?!\d)|\d{1,2}[ ]"
)
_LANDLINE = re.compile(
    rf"(?<![\d.,/])(?:\(0[2-79]\d{{1,2}}\)|0[2-79]\d{{1,2}}|\+62{_DASH}?[2-79]\d{{1,2}})"
    rf"{_DASH}{{0,3}}\d{{3,4}}{_DASH}?\d{{3,4}}(?![\d/]|[.,]\d)"
)
_TIMES = re.compile(r"(?:[01]?\d|2[0-3])[.:][0-5]\d(?:[\s\u2010-\u2015-]+\d{1,2}[.:]\d{0,2})+")
_DATE = re.compile(r"\d{1,2}[ .-]\d{1,2}[ .-](?:19|20)\d\d(?!\d)")
_NPWP = re.compile(r"(?<!\d)\d{2}[. ]\d{3}[. ]\d{3}[. ]\d[-. ]\d{3}[. ]\d{3}(?!\d)")
_SIXTEEN = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?:\d{{4}}(?:{_GAP}\d{{4}}){{3}}|\d{{6}}{_GAP}\d{{6}}{_GAP}\d{{4}}"
    rf"|\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{6}}{_GAP}\d{{4}})(?!\d)"
)
_UNBROKEN = re.compile(r"(?<!\d)(?<!\d[.,])\d{13,19}(?!\d)")

# Figures of another script, or as wide as a Chinese character, are figures all the same.
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_WIDE_SIGNS = str.maketrans("\uff0b\uff0d\uff08\uff09\uff0e\uff0f\u3000", "+-()./ ")

# "@15rb" and "@16.30" are a price and a time.
_HANDLE = re.compile(
    r"(?<![\w.+-])[@\uff20](?!\d[\d.,]*(?:rb|ribu|k|jt|juta)?(?!\w))"
    r"\w+(?:[.-]\w+)*(?:@[\w-]+(?:\.[\w-]+)*)?"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}[@\uff20][\w-]{1,64}(?:\.[\w-]{1,64}){1,5}")
_ATTACHED = re.compile(r"(?<=[\w.+-])[@\uff20][^\W\d]\w*(?:\.\w+)*")

# Addresses in which the name of an account stands; what leads to a post, a topic or a group by its
# number names nobody.
_PROFILE = re.compile(
    r"(?<![\w.@-])(?:https?://)?(?:[a-z0-9-]{1,20}\.)?(?:(?:twitter|x|instagram|facebook|fb|threads"
    r"|tiktok|youtube|linkedin)\.com|fb\.me|t\.me|telegram\.me|threads\.net|bsky\.app|youtu\.be"
    r"|linktr\.ee|saweria\.co)/"
    r"(?!(?:i|search|hashtag|explore|home|intent|share|sharer|p|reels?|tv|groups|watch|shorts|playlist"
    r"|events|joinchat|c|tag|discover|marketplace|status|photo|login|embed|results|feed)(?![\w.]))"
    r"(?=[\w@%])[^\s<>\"'()\[\]{}]*[\w/=]",
    re.IGNORECASE,
)
_BY_NUMBER = re.compile(r"(?<![\w.-])(?:https?://)?wa\.me/\+?\d+", re.IGNORECASE)

_PLATE_AREAS = (
    "AA|AB|AD|AE|AG|A|BA|BB|BD|BE|BG|BH|BK|BL|BM|BN|BP|B|DA|DB|DC|DD|DE|DG|DH|DK|DL|DM|DN|DP|DR"
    "|DS|DT|DW|D|EA|EB|ED|E|F|G|H|KB|KH|KT|KU|K|L|M|N|PA|PB|PG|P|R|S|T|W|Z"
)
_PLATE = re.compile(
    rf"(?<![\w-])(?:{_PLATE_AREAS})[ .-]?(?P<number>\d{{1,4}})"
    r"[ .-]?(?P<series>[A-Z]{1,3})(?![\w-])",
    re.IGNORECASE,
)
_BEFORE_PLATE = re.compile(r"\b(?:nopol|plat|pelat|no\.? ?pol|nomor polisi)\b\W*\Z", re.IGNORECASE)
_NOT_A_PLATE = re.compile(
    r"\b(?:blok|block|blk|gang|gg|gate|gerbang|halte|jalur|kav|kavling|koridor|lantai|lt|no|nomor"
    r"|peron|rute|terminal|tower|unit)\W*\Z",
    re.IGNORECASE,
)
# What follows a number in plain text and could be taken for the letters of a plate.
_NOT_A_SERIES = word_list("not_a_plate.tsv")

_PROVINCES = frozenset(
    province
    for first, last in (
        (11, 19),
        (21, 21),
        (31, 36),
        (51, 53),
        (61, 65),
        (71, 76),
        (81, 82),
        (91, 97),
    )
    for province in range(first, last + 1)
)


def mask(text: str) -> str:
    """``text`` with personal data replaced by what it was, in square brackets.

    Every occurrence of a phone number, NIK, NPWP, card number, number plate, e-mail address or
    ``@handle`` becomes ``[nomor telepon]``, ``[NIK]``, ``[NPWP]``, ``[nomor kartu]``,
    ``[pelat nomor]``, ``[surel]`` or ``[akun]``; a bank account behind a word for one becomes
    ``[nomor rekening]``, and a link that names an account ``[tautan akun]``. Times, dates, prices,
    RT/RW, kilometres and route names stay. Takes any ``str`` and never raises.
    """
    if text.isascii():
        return _masked(text)
    plain = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
    plain = plain.translate(_WIDE_SIGNS)
    masked = _masked(plain)
    # What hides nothing stays as it was written.
    return text if masked == plain else masked


def _masked(text: str) -> str:
    if "/" in text:
        text = _PROFILE.sub("[tautan akun]", text)
    if "@" in text or "\uff20" in text:
        text = _HANDLE.sub("[akun]", text)
        text = _EMAIL.sub("[surel]", text)
        text = _ATTACHED.sub("[akun]", text)
    text = _NPWP.sub("[NPWP]", text)
    text = _MOBILE.sub(_mobile, text)
    text = _ACCOUNT.sub(_account, text)
    text = _BARE_MOBILE.sub(_bare_mobile, text)
    text = _BY_NUMBER.sub("[tautan akun]", text)
    text = _SIXTEEN.sub(_long_number, text)
    text = _UNBROKEN.sub(_long_number, text)
    text = _LANDLINE.sub("[nomor telepon]", text)
    return _PLATE.sub(_plate, text)


def _mobile(match: re.Match[str]) -> str:
    value = match.group()
    if _TIMES.fullmatch(value) or _DATE.match(value):
        return value
    return "[nomor telepon]"


def _bare_mobile(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 6) : match.start()]
    if _BEFORE_PRICE.search(before) or _AFTER_COUNT.match(match.string, match.end()):
        return match.group()
    return "[nomor telepon]"


def _account(match: re.Match[str]) -> str:
    if _NOT_AN_ACCOUNT.search(match["before"]) or _NO_ACCOUNT_NUMBER.match(match["number"]):
        return match.group()
    return match["before"] + "[nomor rekening]"


def _long_number(match: re.Match[str]) -> str:
    digits = [int(char) for char in match.group() if char.isdigit()]
    if len(digits) == 15:
        return "[NPWP]"
    if len(digits) == 16 and (_may_be_nik(digits) or not _passes_luhn(digits)):
        return "[NIK]"
    return "[nomor kartu]"


def _may_be_nik(digits: list[int]) -> bool:
    # The province, then the day of birth (women: plus 40) and the month.
    province, day, month = (10 * digits[i] + digits[i + 1] for i in (0, 6, 8))
    return province in _PROVINCES and (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12


def _passes_luhn(digits: list[int]) -> bool:
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _plate(match: re.Match[str]) -> str:
    value, number, series = match.group(), match.group("number"), match.group("series")
    before = match.string[max(0, match.start() - 20) : match.start()]
    if _BEFORE_PLATE.search(before):
        return "[pelat nomor]"
    if series.lower() in _NOT_A_SERIES or _NOT_A_PLATE.search(before):
        return value
    # The fewer signs of a plate, the less it may look like plain words.
    if value.isupper() and len(number) > 2:
        return "[pelat nomor]"
    if len(series) == 1 or is_known(series.lower()) or number[:2] in ("19", "20"):
        return value
    return "[pelat nomor]" if value.isupper() or len(number) > 2 else value
