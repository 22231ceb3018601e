"""Posts in one spelling: what people type, turned into the words they mean.

The result is lower-case tokens apart by single spaces. What matters as a class rather than by
its letters is a token that starts with ``_``: ``_sebutan`` (mention), ``_tautan`` (link),
``_surel``, ``_telepon``, ``_nik``, ``_uang``, ``_jam``, ``_tanggal``, ``_persen``, ``_angka``,
``_tawa`` (laughter) and one for each meaning of an emoji. ``?`` and ``!`` are kept. Negations
all become ``tidak``, ``bukan``, ``belum`` or ``jangan`` and stay where they stood.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import product

from nlp.clean import clean
from nlp.stem import LONGEST_WORD
from nlp.vocabulary import emoji_meanings, is_known, roots, slang

# A post is a few hundred characters; what a broken source sends beyond this is not read.
LONGEST_TEXT = 20_000

_MONEY_UNIT = r"(?:rb|rbu|ribu|jt|juta|milyar|miliar|triliun|rupiah)\b"
_TOKEN = re.compile(
    r"""
      (?P<kelas>(?<!\w)_[a-z_]{2,30}(?!\w))
    | \[(?P<tertutup>nomor\ telepon|telp|telepon|hp|nik|npwp|email|surel|url|akun|user|nama
        |pelat\ nomor|nomor\ kartu)\]
    | (?P<tautan>(?:https?://|www\.)\S+
        |(?<![\w@.])[a-z0-9-]{2,40}(?:\.[a-z0-9-]{2,40}){0,3}\.(?:com|co|id|net|org|me|ly|info|gov)
         (?:/\S*|(?![\w.])))
    | (?P<surel>(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4})
    | (?P<sebutan>[@\uff20]\w[\w.]*)
    | \#(?P<tagar>\w+)
    | (?P<telepon>(?<!\w)(?:\+?62[ .-]?|0)8\d(?:[ .-]?\d){6,11}(?!\d))
    | (?P<uang>\brp\.?\s?\d[\d.,]*(?:\s?"""
    + _MONEY_UNIT
    + r""")?|(?<!\w)\d[\d.,]*\s?"""
    + _MONEY_UNIT
    + r""")
    | (?P<tanggal>(?<!\w)(?:\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{4}-\d{2}-\d{2})(?!\w))
    | (?P<jam>(?<!\w)\d{1,2}[.:][0-5]\d(?:[.:][0-5]\d)?(?![\d.,]*\d)(?:\s?wi(?:b|ta|t)\b)?)
    | (?P<persen>(?<!\w)\d[\d.,]*\s?%)
    | (?P<ulang>[^\W\d_]{3,30}2(?:nya|an|in|ku|mu|kan)?(?!\w))
    | (?P<kata>[^\W\d_]+(?:['\u2019-][^\W\d_]+)*)
    | (?P<angka>\d+(?:[.,]\d+)*)
    | (?P<senyum>[:;=]-?[)D\]]+|\^_*\^)
    | (?P<sedih>[:;=]['-]?[(\[]+|T_+T)
    | (?P<seru>[!?]+)
    | (?P<lain>[\U0001f1e6-\U0001f1ff]{2}|[^\w\s])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CAMEL = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]|\d+|[^\W\d_]+")
_REPEAT = re.compile(r"(.)\1+")
_LAUGHTER = re.compile(
    r"(?:a?w[ao]?k){2,}w?[ao]?k?|(?:b?w?a?h?a?)?(?:h[ae]){2,}h?|(?:hi){2,}h?|(?:xi){2,}x?"
    r"|(?:ka){3,}k?|lo+l|lmf?ao|rofl|(?:kw){2,}k?|w(?:kw)+k?"
)
_CLASS_OF_MASK = {
    "nomor telepon": "_telepon",
    "telp": "_telepon",
    "hp": "_telepon",
    "email": "_surel",
    "url": "_tautan",
    "user": "_sebutan",
    "akun": "_sebutan",
    "pelat nomor": "_pelat",
    "nomor kartu": "_kartu",
}
SKIN_TONES = frozenset("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")


def normalise(text: str) -> str:
    """``text`` in one spelling (see the module); empty when nothing readable is in it.

    Deterministic; takes any ``str``, reads its first 20,000 characters, never raises.
    """
    return " ".join(_without_repeats(tokens(text)))


def tokens(text: str, keep_numbers: bool = False) -> Iterator[str]:
    """The tokens of ``normalise``, one by one; with ``keep_numbers`` numbers keep their digits."""
    for match in _TOKEN.finditer(clean(text[:LONGEST_TEXT])):
        name = match.lastgroup or ""
        value = match.group(name)
        read = _READ.get(name)
        if read is not None:
            yield from read(value)
        elif keep_numbers and name in _NUMBERS:
            yield re.sub(r"\W+", ".", value.lower()).strip(".")
        else:
            yield "_" + name


def _without_repeats(found: Iterator[str]) -> Iterator[str]:
    last = ""
    for token in found:
        if token != last or token[0] not in "_?!":
            yield token
        last = token


def _read_word(value: str) -> Iterator[str]:
    yield from formal(value.lower().replace("\u2019", "'")).split()


def _read_repeated(value: str) -> Iterator[str]:
    word, _, ending = value.lower().partition("2")
    base = formal(word)
    yield f"{base}-{base}{ending}" if " " not in base else base


def _read_hashtag(value: str) -> Iterator[str]:
    for part in value.split("_"):
        pieces = _CAMEL.findall(part)
        for piece in pieces:
            if piece.isdigit():
                yield "_angka"
            else:
                for word in _split_words(piece.lower()):
                    yield from formal(word).split()


def _read_marks(value: str) -> Iterator[str]:
    if "!" in value:
        yield "!"
    if "?" in value:
        yield "?"


def _read_symbol(value: str) -> Iterator[str]:
    meaning = emoji_meanings().get(value)
    if meaning is not None:
        yield "_" + meaning
    elif "\U0001f000" <= value <= "\U0001faff" and value not in SKIN_TONES:
        yield "_emoji"


def _read_mask(value: str) -> Iterator[str]:
    name = value.lower()
    yield _CLASS_OF_MASK.get(name, "_" + name)


def _read_class(value: str) -> Iterator[str]:
    yield value.lower()


_READ: dict[str, Callable[[str], Iterator[str]]] = {
    "kata": _read_word,
    "ulang": _read_repeated,
    "tagar": _read_hashtag,
    "seru": _read_marks,
    "lain": _read_symbol,
    "tertutup": _read_mask,
    "kelas": _read_class,
}
_NUMBERS = frozenset({"uang", "tanggal", "jam", "persen", "angka"})


@lru_cache(maxsize=262_144)
def formal(word: str) -> str:
    """The formal word or words for one lower-case ``word`` as typed."""
    known = slang()
    if word in known:
        return known[word]
    if len(word) > LONGEST_WORD:
        return _REPEAT.sub(r"\1", word)[:LONGEST_WORD]
    if word in roots():
        return word
    squeezed = _REPEAT.sub(r"\1", word)
    if _LAUGHTER.fullmatch(squeezed):
        return "_tawa"
    if "-" in word:
        return "-".join(formal(part).replace(" ", "-") for part in word.split("-") if part)
    if squeezed != word and not is_known(word):
        shorter = _without_elongation(word)
        if shorter != word:
            return formal(shorter)
    if is_known(word):
        return word
    return _without_ending(word) or _without_prefix(word) or word


def _without_elongation(word: str) -> str:
    """``word`` with its drawn-out letters as the dictionary has them: parahhh, but maaf, saat."""
    runs = [m.span() for m in _REPEAT.finditer(word)]
    if not 0 < len(runs) <= 4:
        return _REPEAT.sub(r"\1", word)
    for lengths in product((1, 2), repeat=len(runs)):
        shorter, end = "", 0
        for (start, stop), length in zip(runs, lengths, strict=True):
            shorter += word[end:start] + word[start] * length
            end = stop
        shorter += word[end:]
        if shorter in slang() or is_known(shorter):
            return shorter
    # Unknown: a double letter may be how a name is spelt, three of a kind never are.
    return re.sub(r"(.)\1{2,}", r"\1", word)


def _without_ending(word: str) -> str | None:
    known = slang()
    for ending in ("nya", "ny", "ku", "mu", "lah", "kah", "e"):
        base = word.removesuffix(ending)
        if base != word and len(base) > 1 and base in known and len(ending) > 1:
            return known[base] + ("nya" if ending == "ny" else ending)
    if word.endswith("ny") and is_known(word[:-2]):
        return word + "a"
    return None


def _without_prefix(word: str) -> str | None:
    """Spoken verb forms: ngurusin → menguruskan, bersihin → bersihkan, nyebrang → menyebrang."""
    written = word
    if word.endswith("in") and len(word) > 5:
        written = word[:-2] + "kan"
        if is_known(written):
            return written
    if len(written) > 4 and written[0] in "nm":
        for spelt in ("me" + written, written.removeprefix("nge"), written.removeprefix("ng")):
            if spelt != written and is_known(spelt):
                return spelt
    return None


@cache
def _splittable() -> frozenset[str]:
    return frozenset(word for word in roots() if len(word) > 3 and word.isalpha())


def _split_words(run: str) -> list[str]:
    """A hashtag in one run, cut into known words if it is made of them: lampumati."""
    if len(run) > 40 or run in slang() or is_known(run):
        return [run]
    best: list[list[str] | None] = [[]] + [None] * len(run)
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - 15), end):
            before = best[start]
            if before is None or run[start:end] not in _splittable():
                continue
            here = best[end]
            if here is None or len(before) + 1 < len(here):
                best[end] = [*before, run[start:end]]
    return best[-1] or [run]
