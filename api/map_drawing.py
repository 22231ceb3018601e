"""The map as SVG drawn on the server: shapes of H3 cells, classes of colour, dots.

Colours are CSS classes, so the drawing follows the theme and the content-security policy. The list
beside the map says the same, so readers of the screen pass the drawing over.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from models.cells import Polygon

WIDTH = 720
_TALLEST = 860
_MARGIN = 10
_INSET_WIDTH = 200
_CLASSES = 5
# About the size of a letter on a wide screen, in units of the drawing.
_LETTER, _LINE = 10, 20


@dataclass(frozen=True, slots=True)
class Shape:
    """Something filled: ``ink`` 0 to 5, -1 for no fill; ``address`` is where a click leads."""

    polygons: tuple[Polygon, ...]
    ink: int
    title: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A spot; ``size`` 0 to 1 is the share of the largest."""

    lat: float
    lon: float
    size: float
    title: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A name written on the map."""

    lat: float
    lon: float
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """The degrees that a drawing shows."""

    south: float
    west: float
    north: float
    east: float

    @property
    def size(self) -> float:
        """Its ground, in square degrees."""
        return (self.north - self.south) * (self.east - self.west)


def box_of(polygons: Iterable[Polygon], points: Iterable[tuple[float, float]] = ()) -> Box | None:
    """The smallest box that holds everything; ``None`` for nothing."""
    corners = [corner for polygon in polygons for corner in polygon[0]] + list(points)
    if not corners:
        return None
    lats, lons = [lat for lat, _ in corners], [lon for _, lon in corners]
    # A single point still needs some ground around it.
    return Box(min(lats) - 1e-3, min(lons) - 1e-3, max(lats) + 1e-3, max(lons) + 1e-3)


def drawing(
    box: Box,
    shapes: Sequence[Shape] = (),
    lines: Sequence[Shape] = (),
    dots: Sequence[Dot] = (),
    words: Sequence[Word] = (),
    *,
    inset: bool = False,
) -> Markup:
    """One map. ``lines`` are drawn over ``shapes`` without a fill."""
    paper = _Paper(box, _INSET_WIDTH if inset else WIDTH)
    parts = [_grouped(paper, shapes)]
    parts += [Markup('<path class="edge" d="{}"/>').format(paper.path(s.polygons)) for s in lines]
    parts += [_dot(paper, dot) for dot in sorted(dots, key=lambda dot: -dot.size)]
    parts += [_word(paper, word) for word in _apart(paper, words)]
    return Markup(
        '<svg class="map{}" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>'
    ).format(" inset" if inset else "", paper.width, paper.height, Markup("").join(parts))


def _grouped(paper: "_Paper", shapes: Sequence[Shape]) -> Markup:
    """Shapes that lead to one address share one link; the order of their first stays."""
    links: dict[str, list[Markup]] = {}
    for shape in shapes:
        title = Markup("<title>{}</title>").format(shape.title) if shape.title else Markup("")
        ink = f"m{shape.ink}" if shape.ink >= 0 else "none"
        path = Markup('<path class="{}" d="{}">{}</path>').format(
            ink, paper.path(shape.polygons), title
        )
        links.setdefault(shape.address, []).append(path)
    return Markup("").join(
        Markup('<a href="{}" tabindex="-1">{}</a>').format(address, Markup("").join(paths))
        if address
        else Markup("").join(paths)
        for address, paths in links.items()
    )


def _dot(paper: "_Paper", dot: Dot) -> Markup:
    x, y = paper.at(dot.lat, dot.lon)
    circle = Markup('<circle class="dot" cx="{}" cy="{}" r="{}"><title>{}</title></circle>').format(
        x, y, round(4 + 14 * math.sqrt(dot.size)), dot.title
    )
    if not dot.address:
        return circle
    return Markup('<a href="{}" tabindex="-1">{}</a>').format(dot.address, circle)


def _apart(paper: "_Paper", words: Sequence[Word]) -> list[Word]:
    """The words that do not run into one before them; those that fall away stand in the list."""
    kept: list[tuple[Word, int, int]] = []
    for word in words:
        x, y = paper.at(word.lat, word.lon)
        if all(
            abs(y - other_y) > _LINE or abs(x - other_x) > _LETTER * len(word.text + other.text) / 2
            for other, other_x, other_y in kept
        ):
            kept.append((word, x, y))
    return [word for word, _x, _y in kept]


def _word(paper: "_Paper", word: Word) -> Markup:
    x, y = paper.at(word.lat, word.lon)
    return Markup('<text x="{}" y="{}">{}</text>').format(x, y, word.text)


class _Paper:
    """Degrees to whole units of the drawing; north is up, a degree of longitude is shortened."""

    def __init__(self, box: Box, width: int) -> None:
        squeeze = math.cos(math.radians((box.south + box.north) / 2))
        wide, tall = (box.east - box.west) * squeeze, box.north - box.south
        tallest = _TALLEST if width == WIDTH else width * 2
        self._scale = min((width - 2 * _MARGIN) / wide, (tallest - 2 * _MARGIN) / tall)
        self._box, self._squeeze = box, squeeze
        self.width = width
        self.height = math.ceil(tall * self._scale) + 2 * _MARGIN
        self._left = (width - wide * self._scale) / 2

    def at(self, lat: float, lon: float) -> tuple[int, int]:
        x = self._left + (lon - self._box.west) * self._squeeze * self._scale
        return round(x), round(_MARGIN + (self._box.north - lat) * self._scale)

    def path(self, polygons: Iterable[Polygon]) -> str:
        """Rings as moves from corner to corner: half as long as their places would be."""
        parts: list[str] = []
        for polygon in polygons:
            for ring in polygon:
                x, y = self.at(*ring[0])
                parts.append(f"M{x} {y}l")
                steps = []
                for corner in ring[1:]:
                    to_x, to_y = self.at(*corner)
                    if (to_x, to_y) != (x, y):
                        steps.append(f"{to_x - x} {to_y - y}")
                    x, y = to_x, to_y
                # A ring that is smaller than a unit is still a dot of the pen.
                parts.append(" ".join(steps) or "1 0")
                parts.append("z")
        return "".join(parts)


def main_and_insets(boxes: dict[str, Box], ground: dict[str, float]) -> tuple[list[str], list[str]]:
    """Parts that are drawn together, and small ones so far off that they get their own drawing.

    A part with less than a fifth of the ``ground`` (km²) is taken out where the others together
    then need less than half the paper.
    """
    main = sorted(boxes)
    apart: list[str] = []
    fifth = sum(ground.get(code, 0.0) for code in main) / 5

    def paper_without(code: str) -> float:
        return _around([boxes[other] for other in main if other != code]).size

    while small := [code for code in main if ground.get(code, 0.0) < fifth and len(main) > 1]:
        far = min(small, key=paper_without)
        if paper_without(far) > 0.5 * _around([boxes[code] for code in main]).size:
            break
        main.remove(far)
        apart.append(far)
    return main, apart


def _around(boxes: Sequence[Box]) -> Box:
    return Box(
        min(box.south for box in boxes),
        min(box.west for box in boxes),
        max(box.north for box in boxes),
        max(box.east for box in boxes),
    )


def bounds_of_classes(values: Iterable[float], *, whole: bool) -> tuple[float, ...]:
    """Where classes 2 to 5 begin: the last steps of 1, 2, 5, 10 … that the largest value reaches.

    Class 1 is everything above nothing. ``whole`` numbers begin class 2 at 2 or more.
    """
    largest = max(values, default=0.0)
    ladder = (mantissa * 10.0**power for power in range(-4, 7) for mantissa in (1, 2, 5))
    reached = [round(step, 4) for step in ladder if step <= largest and (step >= 2 or not whole)]
    return tuple(reached[-(_CLASSES - 1) :])


def class_of(value: float, bounds: Sequence[float]) -> int:
    """The class of a value: 0 for nothing, then 1 to 5."""
    return 0 if value <= 0 else 1 + sum(value >= bound for bound in bounds)
