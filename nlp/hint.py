"""What a source says of a post's place, beside the text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hint:
    """A place tag as the source wrote it, and a geotag in WGS84 degrees, where given.

    ``author_area`` is where the author says to live: a weak hint that only tells places of one
    name apart.
    """

    place_tag: str | None = None
    lat: float | None = None
    lon: float | None = None
    author_area: str | None = None
