"""What a person may set on a report, checked against the city pack."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from models import City, ReportRow
from models.city import NamedPoint
from nlp import mask
from reports.errors import InvalidCorrection

CORRECTABLE = (
    "title",
    "description",
    "category",
    "agency_code",
    "urgency",
    "place_code",
    "place_name",
)
LONGEST = {"title": 200, "description": 4000, "place_name": 200}


def checked(city: City, report: ReportRow, changes: Mapping[str, str | None]) -> dict[str, Any]:
    """The columns to set for ``changes``: only those that differ from the report as it is.

    A place brings its precision and coordinates with it. Raises ``InvalidCorrection`` with a
    message for every field that cannot be as it was given.
    """
    errors: dict[str, str] = {}
    values: dict[str, Any] = {}
    for field, value in changes.items():
        if field not in CORRECTABLE:
            errors[field] = "Kolom ini tidak dapat diubah."
            continue
        now = getattr(report, field)
        if (value or "").replace("\r\n", "\n") == ("" if now is None else str(now)):
            values[field] = now  # a form sends everything back; what stays needs no check
            continue
        try:
            values[field] = _CHECKS[field](city, value)
        except ValueError as error:
            errors[field] = str(error)
    given = values
    values = {name: value for name, value in given.items() if value != getattr(report, name)}
    if not errors and {"place_code", "place_name"} & set(values):
        try:
            values |= _place(city, report, given)
        except ValueError as error:
            errors["place_name" if "place_name" in values else "place_code"] = str(error)
    if errors:
        raise InvalidCorrection(errors)
    return values


def showable(typed: str) -> str:
    """What a person typed as everybody may read it: personal data masked, nothing invisible.

    Line ends stay; invisible characters go first, because they would hide a number from the mask.
    """
    kept = [
        char if char == "\n" or not char.isspace() else " "
        for char in typed.replace("\r\n", "\n")
        if char.isspace() or not unicodedata.category(char).startswith("C")
    ]
    return mask("".join(kept)).strip()


def _plain(value: str | None, field: str) -> str:
    text = showable(value or "")
    if len(text) > LONGEST[field]:
        raise ValueError(f"Paling banyak {LONGEST[field]} karakter; sekarang {len(text)}.")
    return text


def _title(_city: City, value: str | None) -> str:
    text = " ".join(_plain(value, "title").split())
    if not text:
        raise ValueError("Judul tidak boleh kosong.")
    return text


def _description(_city: City, value: str | None) -> str:
    text = _plain(value, "description")
    if not text:
        raise ValueError("Uraian tidak boleh kosong.")
    return text


def _category(city: City, value: str | None) -> str:
    if value not in city.categories:
        raise ValueError("Pilih salah satu kategori yang ada.")
    return value


def _agency(city: City, value: str | None) -> str | None:
    if value and value not in city.agencies:
        raise ValueError("Pilih salah satu instansi yang ada.")
    return value or None


def _urgency(_city: City, value: str | None) -> int:
    if (value or "").strip() not in ("1", "2", "3", "4"):
        raise ValueError("Urgensi adalah angka 1 sampai 4.")
    return int(value or "")


def _place_code(city: City, value: str | None) -> str | None:
    if value and value not in city.areas:
        raise ValueError(f"Kode wilayah ini tidak ada di {city.name}.")
    return value or None


def _place_name(_city: City, value: str | None) -> str | None:
    return " ".join(_plain(value, "place_name").split()) or None


_CHECKS: dict[str, Callable[[City, str | None], Any]] = {
    "title": _title,
    "description": _description,
    "category": _category,
    "agency_code": _agency,
    "urgency": _urgency,
    "place_code": _place_code,
    "place_name": _place_name,
}


def _place(city: City, report: ReportRow, given: Mapping[str, Any]) -> dict[str, Any]:
    """All columns of the place that code and name, as given or as they were, stand for."""
    code = given.get("place_code", report.place_code)
    name = given.get("place_name", report.place_name)
    if code != report.place_code:
        was_area = report.place_code in city.areas and city.areas[report.place_code].name == name
        if "place_name" not in given or (was_area and name == report.place_name):
            name = None  # the old name went with the old area
    if code is None and ("place_name" not in given or name is None):
        return dict.fromkeys(("place_code", "place_name", "place_precision", "lat", "lon"))
    point = _point(city, code, name)
    if point is not None and (code or point.area_code):
        return {
            "place_code": code or point.area_code,
            "place_name": point.name,
            "place_precision": "point",
            "lat": point.lat,
            "lon": point.lon,
        }
    area = city.areas.get(code or "")
    if area is None:
        raise ValueError("Pilih juga wilayah (kelurahan, kecamatan atau kota) tempat itu berada.")
    return {
        "place_code": area.code,
        "place_name": name or area.name,
        # What a person names inside an area is no more exact than the area, to us.
        "place_precision": area.level,
        "lat": area.lat,
        "lon": area.lon,
    }


def _point(city: City, code: str | None, name: str | None) -> NamedPoint | None:
    if name is None:
        return None
    wanted = name.casefold()
    for point in city.points:
        inside = code is None or f"{point.area_code}.".startswith(f"{code}.")
        if inside and wanted in (point.name.casefold(), *map(str.casefold, point.aliases)):
            return point
    return None
