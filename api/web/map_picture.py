"""The pictures of the map page: which shapes, in which class of colour, leading where."""

from collections.abc import Callable, Iterator

from flask_babel import gettext as _  # type: ignore[import-untyped]
from markupsafe import Markup

from api.context import context
from api.language import decimal, number, one_decimal
from api.map_drawing import (
    Box,
    Dot,
    Shape,
    Word,
    bounds_of_classes,
    box_of,
    class_of,
    drawing,
    main_and_insets,
)
from api.map_view import Asked, Row, Shown
from api.web.map_address import posts_address, zoom_address
from models.cells import MAP_RESOLUTION, cell_at, cell_polygon
from models.place import lies_within

SPOTS_SHOWN = 200
_NAMES_WRITTEN = 12


def whole_numbers(asked: Asked, found: Shown) -> bool:
    """Whether what colours the map is counted and not divided."""
    return asked.view != "sel" and found.measure == "jumlah"


def bounds_of(asked: Asked, found: Shown) -> tuple[float, ...]:
    """Where the classes of the map begin."""
    if asked.view == "titik":
        return ()
    values = found.cells.values() if asked.view == "sel" else map(found.value, found.rows)
    return bounds_of_classes(values, whole=whole_numbers(asked, found))


def legend(bounds: tuple[float, ...], *, whole: bool) -> list[tuple[int, str]]:
    """Each class with what it holds, in words."""

    def said(value: float) -> str:
        return number(round(value)) if value == round(value) else decimal(value, 2)

    if not bounds:
        return []
    names = [(1, _("di bawah %(value)s", value=said(bounds[0])))]
    if whole and bounds[0] == 2:
        names = [(1, "1")]
    for at, low in enumerate(bounds, start=2):
        if at - 1 == len(bounds):
            names.append((at, _("%(value)s atau lebih", value=said(low))))
        elif whole:
            high = bounds[at - 1] - 1
            names.append((at, said(low) if high == low else f"{said(low)}–{said(high)}"))
        else:
            names.append((at, f"{said(low)}–{said(bounds[at - 1])}"))
    return [(0, "0"), *names]


def pictures(asked: Asked, found: Shown, bounds: tuple[float, ...]) -> list[tuple[str, Markup]]:
    """The drawing, and a small one with its name for each part that lies far off."""
    city = context().city
    outlines = city.cells.outlines
    if not outlines:
        return []
    if asked.area is not None:
        box = box_of(outlines.get(asked.area, ()))
        return [("", _draw(asked, found, bounds, (asked.area,), box))] if box else []
    top = [area.code for area in city.areas.values() if area.level == "kota"]
    boxes = {code: box for code in top if (box := box_of(outlines.get(code, ())))}
    main, apart = main_and_insets(boxes, city.cells.km2)
    around = box_of(polygon for code in main for polygon in outlines[code])
    drawings = [("", _draw(asked, found, bounds, tuple(main), around))] if around else []
    return drawings + [
        (city.areas[code].name, _draw(asked, found, bounds, (code,), boxes[code], inset=True))
        for code in apart
    ]


def _draw(
    asked: Asked,
    found: Shown,
    bounds: tuple[float, ...],
    parts: tuple[str, ...],
    box: Box,
    *,
    inset: bool = False,
) -> Markup:
    city = context().city
    outlines = city.cells.outlines

    def here(code: str) -> bool:
        return any(lies_within(code, part) for part in parts)

    rows = [row for row in found.rows if here(row.area.code)]
    if asked.view == "sel":
        shapes = list(_cell_shapes(asked, found, bounds, here))
    else:
        inks = [0 if asked.view == "titik" else class_of(found.value(row), bounds) for row in rows]
        shapes = [
            Shape(
                outlines.get(row.area.code, ()),
                ink,
                _title(found, row),
                zoom_address(asked, row.area.code),
            )
            for row, ink in zip(rows, inks, strict=True)
        ]
    dots: list[Dot] = []
    if asked.view == "titik":
        exact = [spot for spot in found.spots[:SPOTS_SHOWN] if here(spot.code)]
        largest = max((spot.posts for spot in exact), default=1)
        for spot in exact:
            title = f"{spot.name}: {number(spot.posts)}"
            leads = posts_address(asked, spot.code, tempat=spot.name)
            if spot.precision == "point":
                dots.append(Dot(spot.lat, spot.lon, spot.posts / largest, title, leads))
            else:
                cell = cell_polygon(cell_at(spot.lat, spot.lon, MAP_RESOLUTION))
                shapes.append(Shape((cell,), 4, title, leads))
    named = [row.area for row in rows]
    if asked.area is None:
        named = [city.areas[part] for part in parts]
    words = [Word(area.lat, area.lon, area.name) for area in named]
    return drawing(
        box,
        shapes,
        lines=[Shape(outlines.get(area.code, ()), -1) for area in named],
        dots=dots,
        words=words if len(words) <= _NAMES_WRITTEN and not inset else (),
        inset=inset,
    )


def _cell_shapes(
    asked: Asked, found: Shown, bounds: tuple[float, ...], here: Callable[[str], bool]
) -> Iterator[Shape]:
    city = context().city
    owner = city.cells.of_overview if asked.area is None else city.cells.of_map
    links: dict[str, str] = {}
    for cell, value in sorted(found.cells.items(), key=lambda item: (owner[item[0]], item[0])):
        code = owner[cell]
        if not here(code):
            continue
        kecamatan = code.rpartition(".")[0]
        if kecamatan not in links:
            target = code if asked.area == kecamatan else kecamatan
            links[kecamatan] = zoom_address(asked, target)
        title = f"{city.areas[code].name}: {one_decimal(value)}" if value else ""
        yield Shape((cell_polygon(cell),), class_of(value, bounds), title, links[kecamatan])


def _title(found: Shown, row: Row) -> str:
    said = f"{row.area.name}: {number(row.posts)}"
    if found.measure == "penduduk" and row.rate is not None:
        return f"{said} ({one_decimal(row.rate)})"
    return said
