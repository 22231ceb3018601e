"""The sentences of a draft: plain, formal Indonesian, made only of what the posts say."""

from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_datetime
from babel.numbers import format_decimal

from models import City
from models.quotation import quote, shortened
from nlp import clean, mask

EXCERPT_LENGTH = 280
QUOTES = 3

_LEVELS = {"kelurahan": "Kelurahan ", "kecamatan": "Kecamatan ", "kota": ""}
_TITLE_LENGTH = 120


def excerpt(text: str) -> str:
    """What may be shown of a post: personal data masked, on one line, at most 280 characters.

    Cleaned before it is masked, because invisible characters would hide a number from the mask.
    """
    return shortened(mask(" ".join(clean(text).split())), EXCERPT_LENGTH)


def place_phrase(city: City, code: str | None, name: str | None) -> str:
    """A place in full: "Jalan Otista, Kelurahan Bidara Cina, Kecamatan Jatinegara, …"."""
    path = city.area_path(code)
    areas = [_LEVELS[area.level] + area.name for area in path]
    if name is None or (path and name == path[0].name):
        return ", ".join(areas)
    return ", ".join([name, *areas])


def title(city: City, category: str, code: str | None, name: str | None) -> str:
    """The title: what, and where as short as it is clear."""
    what = city.categories[category].name_id
    if name is None:
        return f"{what}, lokasi belum diketahui"
    path = city.area_path(code)
    # "BKT Duren Sawit" needs no "Duren Sawit" behind it.
    holder = next((area.name for area in path if area.name not in name), None)
    if path and path[0].name in name and path[0].name != name:
        holder = None
    where = f"{name}, {holder}" if holder else name
    return shortened(f"{what} di {where}", _TITLE_LENGTH)


def description(
    city: City,
    category: str,
    place: tuple[str | None, str | None, str | None],
    times: tuple[datetime | None, datetime | None],
    counts: tuple[int, int],
    quotes: Sequence[str],
) -> str:
    """The description.

    ``place`` is code, name and precision; ``times`` the first and last post's; ``counts`` the
    number of posts and of different authors; ``quotes`` masked excerpts.
    """
    posts, authors = counts
    first = f"{_who(posts, authors)} menyampaikan laporan kategori "
    first += city.categories[category].name_id + _where(city, *place)
    sentences = [first, _when(city, posts, *times)]
    text = " ".join(sentences)
    if quotes:
        lines = [f"- {quote(masked)}" for masked in quotes]
        text += "\n\nIsi posting (data pribadi disamarkan):\n" + "\n".join(lines)
    return text


def _who(posts: int, authors: int) -> str:
    if posts == 1:
        return "Satu posting publik"
    who = f"Sebanyak {_number(posts)} posting publik"
    if authors == 1:
        return f"{who} dari satu akun"
    return f"{who} dari {_number(authors)} akun berbeda" if authors else who


def _where(city: City, code: str | None, name: str | None, precision: str | None) -> str:
    if name is None:
        return ". Lokasinya belum disebutkan."
    if code is None:
        return f". Lokasi yang disebut, {name}, berada di luar wilayah {city.name}."
    where = f" di {place_phrase(city, code, name)}."
    if precision in _LEVELS:
        where += f" Titik tepatnya di {precision} tersebut belum disebutkan."
    return where


def _when(city: City, posts: int, first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return "Waktu posting tidak diketahui."
    start, end = _moment(city, first), _moment(city, last)
    if posts == 1 or start == end:
        return f"Posting tercatat pada {start}."
    return f"Posting pertama tercatat pada {start} dan yang terakhir pada {end}."


def _moment(city: City, at: datetime) -> str:
    local = at.astimezone(city.zone)
    words = format_datetime(local, "EEEE, d MMMM y 'pukul' HH.mm", locale="id")
    return f"{words} {city.zone_label}"


def _number(value: int) -> str:
    return str(format_decimal(value, locale="id"))
