"""Text as the gazetteer sees it: plain tokens that remember where they stood.

A name and a text are brought into the same spelling (``jln`` and ``jalan`` are ``jl``, ``kp`` is
``kampung``, ``II`` and ``dua`` are ``2``), so that finding one in the other is an exact search.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_SPELLINGS = {
    "jl": "jalan jln jlan jaln jl jalanan",
    "kampung": "kp kmp kpg kamp kampoeng",
    "pondok": "pd pdk pondk",
    "tanjung": "tj tjg tg tanjong",
    "tanah": "tn tnh",
    "kebon": "kb kbn kebun",
    "pasar": "ps psr",
    "gunung": "gn gng",
    "stasiun": "st sta stas stasion stsiun",
    "halte": "hlte hlt shelter",
    "terminal": "term trmnl terminl",
    "kelurahan": "kel klurahan",
    "kecamatan": "kec kcamatan",
    "kabupaten": "kab",
    "gang": "gg",
    "simpang": "perempatan prempatan perapatan pertigaan prtigaan persimpangan simpangan simp",
    "bundaran": "bunderan",
    "flyover": "flayover flyofer",
    "gt": "gerbangtol",
    "rusun": "rusunawa",
    "mall": "mal",
    "selatan": "sel slt slatan",
    "utara": "utr",
    "barat": "brt",
    "timur": "tmr",
    "pusat": "pst",
    "jenderal": "jend jendral jendr",
    "letjen": "letjend",
    "mayjen": "mayjend",
    "jakarta": "jkt jakarte djakarta jkrta",
    "tol": "toll",
    "dalam": "dlm dalem",
    "raya": "ry",
    "h": "haji hj",
    "1": "i satu",
    "2": "ii dua",
    "3": "iii tiga",
    "4": "iv empat",
    "5": "v lima",
    "6": "vi enam",
    "7": "vii tujuh",
    "8": "viii delapan",
    "9": "ix sembilan",
    "10": "x sepuluh",
    "11": "xi sebelas",
    "12": "xii",
    "13": "xiii",
    "14": "xiv",
    "15": "xv",
    "16": "xvi",
}
CANONICAL = {word: form for form, words in _SPELLINGS.items() for word in words.split()}

_WORDS = re.compile(r"[a-z]+|[0-9]+")
# A line break that an export wrote as two letters is none of the words either.
_NOT_READ = re.compile(r"https?://\S+|www\.\S+|@\w+|\\+[nrt]")
_HASHTAG = re.compile(r"#\w+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's tokens in common spelling; ``start`` and ``end`` are offsets in the original."""

    words: list[str]
    start: list[int]
    end: list[int]
    typed: list[str]
    capital: list[bool]


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """One lower-case ASCII letter for a letter in any dress, nothing for what has no width."""
    if unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return ""
    plain = unicodedata.normalize("NFKD", character)[:1].lower()
    return plain if len(plain) == 1 and plain.isascii() and plain.isprintable() else " "


def _without_hidden(text: str) -> tuple[str, list[int] | None]:
    """``text`` in lower-case ASCII, and for each of its characters the place in the original."""
    if text.isascii():
        return text.lower(), None
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = character if character.isascii() else _plain(character)
        if plain:
            letters.append(plain)
            places.append(place)
    return "".join(letters).lower(), places


def tokens_of(text: str) -> Tokens:
    """Split any text into tokens; links and @handles are passed over, a #HashTag is taken apart."""
    if "@" in text or "://" in text or "www." in text or "\\" in text:
        text = _NOT_READ.sub(lambda found: " " * len(found[0]), text)
    humps = _humps(text) if "#" in text else None
    low, places = _without_hidden(text)
    pieces = [found.span() for found in _WORDS.finditer(low)]
    if humps and places is None:
        pieces = [cut for start, end in pieces for cut in _split_at(start, end, humps)]
    typed = [low[start:end] for start, end in pieces]
    words = [
        CANONICAL.get(word, word)
        if word[0] > "9"
        else CANONICAL.get(short := word.lstrip("0")[:_LONGEST_NUMBER] or "0", short)
        for word in typed
    ]
    if places is None:
        starts = [start for start, _ in pieces]
        ends = [end for _, end in pieces]
    else:
        starts = [places[start] for start, _ in pieces]
        ends = [places[end - 1] + 1 for _, end in pieces]
    capital = [text[start].isupper() for start in starts]
    return Tokens(words, starts, ends, typed, capital)


def _humps(text: str) -> frozenset[int]:
    return frozenset(
        tag.start() + hump.start()
        for tag in _HASHTAG.finditer(text)
        for hump in _HUMP.finditer(tag[0])
    )


def _split_at(start: int, end: int, humps: frozenset[int]) -> list[tuple[int, int]]:
    cuts = [start, *(place for place in range(start + 1, end) if place in humps), end]
    return list(pairwise(cuts))


def spelled(name: str) -> str:
    """A name in common spelling, its tokens apart by single spaces."""
    return " ".join(tokens_of(name).words)
