"""A city's official boundaries (GeoJSON) made into the cells of its pack."""

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h3.api.basic_int as h3int  # type: ignore[import-untyped]

from models.cells import BoundaryError, cells_of_boundaries, compacted
from models.city import City

# Farther than this from the centroid that the pack gives, a boundary is another place's.
_FAR_KM = 25.0


def boundary_cells(city: City, path: Path, code_property: str | None = None) -> dict[int, str]:
    """The kelurahan that owns each H3 cell, from a GeoJSON file of boundaries.

    Without ``code_property`` the property that holds most codes of the pack's kelurahan is taken;
    codes may be written with or without dots. Features of other areas are passed over. Raises
    ``BoundaryError``, saying what to do, for a file that cannot be used.
    """
    features = _features(path)
    known = {
        _digits(area.code): area.code for area in city.areas.values() if area.level == "kelurahan"
    }
    name = code_property or _best_property(features, known)
    code_of = {
        number: known[digits]
        for number, feature in enumerate(features)
        if (digits := _digits(_properties(feature).get(name))) in known
    }
    if not code_of:
        raise BoundaryError(
            f"{path}: no feature has the code of a kelurahan of {city.name} in a property; "
            "name the property with --code-property, or correct the codes in areas.csv"
        )
    owner = cells_of_boundaries(features, code_of)
    _check_positions(city, path, owner)
    return owner


def cells_csv(owner: Mapping[int, str]) -> str:
    """The content of ``cells.csv``."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("area_code", "cells"))
    writer.writerows((code, " ".join(cells)) for code, cells in compacted(owner).items())
    return out.getvalue()


def _features(path: Path) -> Sequence[Mapping[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BoundaryError(f"{path} cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise BoundaryError(f"{path} is not JSON ({error}); export it as GeoJSON") from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise BoundaryError(f"{path} has no list of features; export it as a FeatureCollection")
    return features


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _best_property(features: Sequence[Mapping[str, Any]], known: Mapping[str, str]) -> str:
    held: dict[str, set[str]] = {}
    for feature in features:
        for name, value in _properties(feature).items():
            if (digits := _digits(value)) in known:
                held.setdefault(name, set()).add(digits)
    return max(held, key=lambda name: (len(held[name]), name), default="")


def _digits(value: object) -> str:
    """A code without its dots: ``31.74.01.1001``, ``3174011001`` and a number are the same."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return re.sub(r"[.\s]", "", str(value)) if isinstance(value, str | int) else ""


def _check_positions(city: City, path: Path, owner: Mapping[int, str]) -> None:
    """Refuse boundaries that do not lie where their areas do."""
    looked: set[str] = set()
    for cell, code in owner.items():
        if code in looked:
            continue
        looked.add(code)
        lat, lon = h3int.cell_to_latlng(cell)
        area = city.areas[code]
        away = math.hypot((lat - area.lat) * 110.6, (lon - area.lon) * 111.3)
        if away > _FAR_KM:
            raise BoundaryError(
                f"{path}: the boundary of {area.name} ({code}) lies {away:.0f} km from its "
                "centroid in areas.csv; see that it is in WGS 84, longitude before latitude"
            )
