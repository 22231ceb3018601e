"""`Place`: where a post says something is, and no more exact than it is known."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A place in (or outside) the city.

    ``code``       Kemendagri code of the smallest official area that holds it, e.g.
                   ``31.74.03.1001``; ``None`` when the place lies outside the city.
    ``name``       the official or common name.
    ``precision``  one of ``models.labels.PRECISIONS``.
    ``lat, lon``   WGS 84 degrees, of the point or of the area's centroid.
    ``probability`` 0 to 1: how sure the reading of the words is.
    ``span``       start and end, in characters of the original text; ``None`` if taken from a tag.
    ``reason``     in words, for the page that shows it.
    """

    code: str | None
    name: str
    precision: str
    lat: float | None
    lon: float | None
    probability: float
    span: tuple[int, int] | None
    reason: str


def lies_within(code: str | None, area: str | None) -> bool:
    """Whether the place of ``code`` is ``area`` or lies in it; codes nest by their dotted parts."""
    return code is not None and area is not None and f"{code}.".startswith(f"{area}.")


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Kilometres between two points (WGS 84 degrees), flat: good within a region."""
    east = (lon - other_lon) * 111.3 * math.cos(math.radians(lat))
    return math.hypot(east, (lat - other_lat) * 110.6)
