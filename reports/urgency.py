"""How urgent a report is, 1 (low) to 4 (danger to life), and why, in words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from models import City
from nlp import normalise

# From so many different authors on, a problem is plainly not one person's.
MANY_AUTHORS = 5
HIGHEST = 4

_DANGER = (
    "korban, tewas, meninggal, terluka, luka-luka, luka parah, luka berat, terjebak, hanyut, "
    "tenggelam, kesetrum, tersetrum, tersengat, terseret, tertimpa, tertimbun, terbakar, meledak, "
    "ledakan, roboh, ambruk, pingsan, sekarat, kritis, evakuasi, darurat, nyawa, membahayakan, "
    "celaka, dibacok, ditusuk, dibegal, senjata tajam"
)
_VULNERABLE = (
    "anak-anak, anak kecil, anak sekolah, anak saya, bayi, balita, lansia, kakek, nenek, jompo, "
    "ibu hamil, hamil, disabilitas, difabel, tunanetra, tuna netra, kursi roda, orang sakit, "
    "sakit parah, pasien, ambulans"
)
# What stands behind one of these is not there.
_NOT = "tidak ada", "tanpa", "nihil", "bukan"


@dataclass(frozen=True, slots=True)
class Urgency:
    """A level from 1 to 4 and the reasons, in Indonesian sentences."""

    level: int
    reason: str


def urgency(city: City, category: str, authors: int, texts: Iterable[str]) -> Urgency:
    """The urgency of a report: what its category has in the city, raised for what the posts say.

    Raised by one each for many authors, for words of danger, for vulnerable people; at most 4.
    """
    base = city.categories[category]
    level = base.urgency
    reasons = [f"Urgensi dasar kategori {base.name_id}: {base.urgency}."]
    danger: set[str] = set()
    vulnerable: set[str] = set()
    for text in texts:
        of_danger, of_people = _alarming_words(text)
        danger |= of_danger
        vulnerable |= of_people
    for raised, why in (
        (authors >= MANY_AUTHORS, f"disampaikan oleh {authors} akun berbeda"),
        (bool(danger), f"posting menyebut tanda bahaya ({_list(danger)})"),
        (bool(vulnerable), f"posting menyebut kelompok rentan ({_list(vulnerable)})"),
    ):
        if raised:
            level += 1
            reasons.append(f"Naik 1: {why}.")
    if level > HIGHEST:
        reasons.append(f"Urgensi tertinggi adalah {HIGHEST}.")
    return Urgency(min(level, HIGHEST), " ".join(reasons))


@cache
def _pattern(words: str) -> re.Pattern[str]:
    # In the spelling that the normaliser gives them, since texts are looked at in that spelling.
    spelt = {normalise(word) for word in words.split(",")}
    longest_first = sorted(spelt, key=lambda word: (-len(word), word))
    behind = "".join(rf"(?<!\b{word} )" for word in _NOT)
    return re.compile(rf"{behind}\b({'|'.join(map(re.escape, longest_first))})\b")


@lru_cache(maxsize=4096)
def _alarming_words(text: str) -> tuple[frozenset[str], frozenset[str]]:
    said = normalise(text)
    return (
        frozenset(_pattern(_DANGER).findall(said)),
        frozenset(_pattern(_VULNERABLE).findall(said)),
    )


def _list(words: set[str]) -> str:
    return ", ".join(sorted(words)[:5])
