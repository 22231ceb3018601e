"""Which column holds what: guessed from names in Indonesian and English and from the values."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from collectors.times import UnreadableTime, parse_time
from collectors.xapi import linked_post

# Names in the order of how well they fit. One that ends in "*" also fits as a part of a name.
_NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "text", "teks", "full text", "isi", "isi laporan", "isi aduan", "isi pengaduan",
        "isi keluhan", "isi posting", "aduan", "keluhan", "pengaduan", "laporan", "komentar",
        "pesan", "konten", "content", "message", "body", "tweet", "caption", "comment", "post",
        "uraian", "deskripsi", "description", "rawcontent", "raw content", "tweet text",
        "review", "ulasan", "isi*", "kronologi*", "keterangan", "judul", "title", "headline",
        "teks*", "text*", "uraian*", "keluhan*", "aduan*", "komentar*",
    ),
    "id": (
        "id str", "tweet id", "post id", "status id", "id", "uuid", "nomor laporan", "no laporan",
        "nomor aduan", "no aduan", "nomor pengaduan", "no pengaduan", "nomor tiket", "no tiket",
        "ticket id", "ticket", "tiket", "kode laporan", "kode aduan", "id laporan", "id aduan",
        "comment id", "id komentar", "report id", "message id", "cid", "id posting",
    ),
    "time": (
        "created at", "time", "waktu", "timestamp", "posted at", "datetime", "date", "tanggal",
        "waktu posting", "tanggal posting", "waktu laporan", "tanggal laporan", "tanggal lapor",
        "tanggal aduan", "tanggal pengaduan", "tgl", "tgl laporan", "tgl aduan", "published at",
        "create time", "createtimeiso", "create time iso", "createtime", "date posted", "jam",
        "tanggal masuk", "tgl masuk", "created", "tanggal*", "waktu*", "tgl*", "created*",
    ),
    "author": (
        "user id str", "author id", "author", "username", "user name", "screen name", "user",
        "handle", "akun", "nama akun", "pengguna", "nama pengguna", "penulis", "pelapor",
        "nama pelapor", "pengirim", "nama pengirim", "nama", "name", "from", "user username",
        "user screen name", "author username", "uniqueid", "unique id", "user id", "pelapor*",
        "pengirim*", "akun*",
    ),
    "lat": ("lat", "latitude", "lintang", "koordinat lat", "location lat", "geo lat", "lat*"),
    "lon": ("lon", "lng", "long", "longitude", "bujur", "location lng", "location lon", "lon*"),
    "url": (
        "url", "tweet url", "link", "tautan", "permalink", "post url", "status url", "href",
        "link posting", "tautan posting", "url*", "link*", "tautan*",
    ),
    "source": ("source", "sumber", "platform", "kanal", "channel", "media", "sumber*", "kanal*"),
}  # fmt: skip
# A place may be in pieces; each line is one step from the particular to the general.
_PLACES: tuple[tuple[str, ...], ...] = (
    ("address", "alamat", "alamat lengkap", "lokasi kejadian", "alamat kejadian", "jalan",
     "lokasi", "location", "place", "tempat", "lokasi*", "alamat*"),
    ("rw", "rt rw"),
    ("kelurahan", "desa", "kelurahan desa", "desa kelurahan", "village", "kelurahan*"),
    ("kecamatan", "district", "kecamatan*"),
    ("kota", "kabupaten", "kota kabupaten", "kabupaten kota", "city", "wilayah", "kota*"),
)  # fmt: skip
_ANY_PLACE = tuple(name for step in _PLACES for name in step)
# Opinions of the source worth keeping beside the post.
_EXTRA = frozenset(
    {
        "topic", "topik", "category", "kategori", "agency", "instansi", "dinas", "opd", "skpd",
        "sentiment", "sentimen", "label", "kind", "jenis", "jenis laporan", "status", "lang",
    }
)  # fmt: skip


def guess_columns(values: Mapping[str, Sequence[Any]]) -> dict[str, tuple[str, ...]]:
    """Which column holds which of ``reading.FIELDS``; ``values`` has filled values of each column.

    A name that fits is believed unless its values say otherwise; what no name tells is looked for
    in the values: times, links, and the longest text. A field that is not found is left out.
    """
    free = list(values)
    found: dict[str, tuple[str, ...]] = {}

    def take(field: str, name: str) -> None:
        free.remove(name)
        found[field] = (name,)

    checks = {
        "text": _are_words,
        "id": _may_be_id,
        "time": _are_times,
        "author": _are_short,
        "lat": _are_numbers,
        "lon": _are_numbers,
        "url": _are_links,
        "source": _are_few,
    }
    # Text last: "laporan" is a text in one file and a number in the next.
    for field in ("time", "id", "lat", "lon", "url", "author", "source", "text"):
        for name in _by_name(_NAMES[field], free):
            if not values[name] or checks[field](values[name]):
                take(field, name)
                break
    if ("lat" in found) != ("lon" in found):
        free.append(found.pop("lat", found.pop("lon", ("",)))[0])
    for field, check in (("time", _are_times), ("url", _are_links)):
        if field not in found:
            plain = [n for n in free if not _are_numbers(values[n])]
            if fits := [n for n in plain if values[n] and check(values[n])]:
                take(field, fits[0])
    if "text" not in found or not values[found["text"][0]]:
        if "text" in found:
            free.append(found.pop("text")[0])
        # A place or a topic is short text too, but no post.
        strange = [name for name in free if not is_known(name) and _is_free_text(values[name])]
        if candidates := [name for name in strange if not _by_name(_ANY_PLACE, [name])]:
            take("text", max(candidates, key=lambda name: _mean_length(values[name])))
    places = _places([n for n in free if not _are_numbers(values[n])], looks_like_x(values))
    if places:
        found["place"] = places
        free = [name for name in free if name not in places]
    extra = tuple(name for name in free if _plain(name) in _EXTRA)
    if extra:
        found["extra"] = extra
    return found


def looks_like_x(values: Mapping[str, Sequence[Any]]) -> bool:
    """Whether a table is an export of X posts: its columns are X's own, or its links lead there."""
    plain = {_plain(name) for name in values}
    if {"full text", "id str"} <= plain or "conversation id str" in plain:
        return True
    return any(
        _share(cells, lambda cell: linked_post(str(cell))) > 0.5 for cells in values.values()
    )


def guess_date_order(values: Iterable[Any]) -> str:
    """``mdy`` where days over 12 stand second in dates of figures and none stands first."""
    first = second = 0
    for value in values:
        if found := re.match(r"\s*(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})\b", str(value)):
            first += int(found[1]) > 12
            second += int(found[2]) > 12
    return "mdy" if second and not first else "dmy"


def header_fit(cells: Sequence[Any]) -> float:
    """How much a row looks like a header: known names for it, figures and long texts against."""
    filled = [str(cell).strip() for cell in cells if is_filled(cell)]
    if not filled:
        return -1.0
    known = sum(is_known(cell) for cell in filled)
    odd = sum(len(cell) > 40 or _is_number(cell) or _is_time(cell) for cell in filled)
    repeated = len(filled) - len({cell.casefold() for cell in filled})
    return known * 3 + len(filled) * 0.2 - odd * 3 - repeated


def is_known(name: str) -> bool:
    """Whether ``name`` is one of the column names that we know."""
    plain = _plain(name)
    tables = (*_NAMES.values(), *_PLACES)
    return plain in _EXTRA or any(plain in names for names in tables)


def _by_name(known: Sequence[str], free: Sequence[str]) -> list[str]:
    """Those of ``free`` that fit a known name, best first."""
    plain = {name: _plain(name) for name in free}
    out = [name for wanted in known for name in free if plain[name] == wanted]
    for wanted in known:
        if wanted.endswith("*"):
            part = re.compile(rf"\b{wanted[:-1]}\b")
            out += [name for name in free if part.search(plain[name]) and name not in out]
    return out


def _places(free: Sequence[str], at_x: bool) -> tuple[str, ...]:
    found: list[str] = []
    for step in _PLACES:
        for name in _by_name(step, [n for n in free if n not in found]):
            # The "location" of an X export is what its author once wrote in a profile.
            if not (at_x and _plain(name) in ("location", "user location")):
                found.append(name)
                break
    return tuple(found)


def _plain(name: str) -> str:
    """A column name as we compare it: ``Tweet_ID`` → ``tweet id``, ``given_city`` → ``city``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removeprefix("given_"))
    folded = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", folded).split())


def is_filled(value: Any) -> bool:
    """Whether a cell says anything."""
    return value is not None and str(value).strip() not in ("", "-")


def _is_number(value: Any) -> bool:
    return bool(re.fullmatch(r"\s*[-+]?\d+([.,]\d+)?\s*", str(value)))


def _is_time(value: Any) -> bool:
    if isinstance(value, datetime):
        return True
    try:
        return parse_time(value, UTC) is not None
    except UnreadableTime:
        try:
            return parse_time(value, UTC, "mdy") is not None
        except UnreadableTime:
            return False


def _share(values: Sequence[Any], check: Any) -> float:
    return sum(bool(check(value)) for value in values) / len(values) if values else 0.0


def _are_times(values: Sequence[Any]) -> bool:
    return _share(values, _is_time) >= 0.5


def _are_numbers(values: Sequence[Any]) -> bool:
    return _share(values, _is_number) >= 0.8


def _are_links(values: Sequence[Any]) -> bool:
    return _share(values, lambda value: re.match(r"(https?://|www\.)\S+$", str(value))) >= 0.5


def _are_short(values: Sequence[Any]) -> bool:
    return _mean_length(values) <= 60


def _are_few(values: Sequence[Any]) -> bool:
    """Short names that come again; X's own ``source`` is the program that a post came from."""
    return (
        _mean_length(values) <= 40
        and not _are_numbers(values)
        and (len(values) < 5 or len(set(map(str, values))) <= max(3, len(values) // 3))
        and not any(
            str(value).startswith(("<a ", "Twitter for", "Twitter Web")) for value in values
        )
    )


def _may_be_id(values: Sequence[Any]) -> bool:
    return (
        _mean_length(values) <= 255
        and not _share(values, lambda value: " " in str(value).strip()) > 0.5
        and len(set(map(str, values))) >= 0.8 * len(values)
    )


def _are_words(values: Sequence[Any]) -> bool:
    return not (_are_numbers(values) or _are_times(values) or _are_links(values))


def _is_free_text(values: Sequence[Any]) -> bool:
    """Whether values without a telling name are what people wrote: several words, seldom alike."""
    return (
        bool(values)
        and _are_words(values)
        and _share(values, lambda value: " " in str(value).strip()) >= 0.2
        and _mean_length(values) >= 20
        and len(set(map(str, values))) >= 0.5 * len(values)
    )


def _mean_length(values: Sequence[Any]) -> float:
    return sum(len(str(value)) for value in values) / len(values) if values else 0.0
