"""Charts drawn on the server: a Vega-Lite description in, SVG for a page or a file out.

In a page every colour is a CSS variable, so the drawing follows the theme and no script is
needed; in a downloaded file the colours are those of the light theme.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any
from xml.sax.saxutils import escape

import vl_convert
from markupsafe import Markup

from api.assets import typeface_folder
from api.looks import CATEGORY_LOOKS, CHART_INKS

Spec = dict[str, Any]

# Widths in CSS pixels: a phone of 375 px, half a desk screen beside a table, its wide column.
NARROW, HALF, WIDE = 309, 540, 660
_PNG_SCALE = 2.0
_TYPEFACE = "Plus Jakarta Sans"

vl_convert.register_font_directory(str(typeface_folder()))

# While a chart is drawn each ink has a placeholder colour that no drawing uses by itself.
_INKS = {**CHART_INKS, **{f"cat-{code}": (x.light, x.dark) for code, x in CATEGORY_LOOKS.items()}}
_PLACEHOLDERS = {name: f"#0100{index:02x}" for index, name in enumerate(_INKS)}
_NAMES = {colour: name for name, colour in _PLACEHOLDERS.items()}
_PLACEHOLDER = re.compile("|".join(_NAMES))
# Vega marks every shape for screen readers; here the drawing is one image with a title, and a
# table of the same numbers stands beside it.
_NOISE = re.compile(
    r' (?:aria-[a-z]+|role|aria-roledescription)="[^"]*"'
    r'|<path class="(?:background|foreground)" [^>]*/>'
    r'|<path class="(?:background|foreground)"[^>]*></path>'
)
_CLASSES = re.compile(r' class="[^"]*"')
_TOOLTIP = re.compile(r' xmlns:xlink="[^"]*"')


def ink(name: str) -> str:
    """The placeholder for an ink of ``CHART_INKS`` or a category's ``cat-<code>``."""
    return _PLACEHOLDERS[name]


def in_page(wide: Spec, narrow: Spec, title: str, sentence: str) -> Markup:
    """Both drawings of one chart as markup: the style sheet shows the one that fits.

    ``title`` and ``sentence`` say what it shows to those who cannot see it.
    """
    return Markup("").join(
        _image(spec, variant, title, sentence)
        for spec, variant in ((wide, "wide"), (narrow, "narrow"))
    )


def as_svg(spec: Spec) -> str:
    """The drawing as a file of its own, in the colours of the light theme on white."""
    return _in_light(_drawn(_key(spec, background="#ffffff")))


def as_png(spec: Spec) -> bytes:
    """The drawing as a PNG of twice its size in pixels, light theme on white."""
    return vl_convert.svg_to_png(as_svg(spec), scale=_PNG_SCALE)


def bars_beside_usual(rows: Sequence[Mapping[str, Any]], width: int, usual_known: bool) -> Spec:
    """Horizontal bars of ``posts``, one row a ``name``, in that order, with a tick at ``usual``.

    Each row also has ``ink`` (name of an ink) and ``shown`` (the number as text). Where the usual
    is not known there are no ticks.
    """
    values = [{**row, "colour": ink(row["ink"])} for row in rows]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"domain": False, "ticks": False, "labelPadding": 8, "labelLimit": 170},
    }
    x = {"type": "quantitative", "title": None}
    axis = {"tickCount": 4, "domain": False, "ticks": False, "format": "~s", "tickMinStep": 1}
    if not usual_known:
        values = [{**row, "usual": None} for row in values]
    return _spec(
        width,
        {"step": 28 if width == NARROW else 32},
        values,
        [
            {
                "mark": {"type": "bar", "height": 14 if width == NARROW else 16},
                "encoding": {
                    "y": y,
                    "x": {**x, "field": "posts", "axis": axis},
                    "color": {"field": "colour", "type": "nominal", "scale": None},
                },
            },
            {
                "mark": {
                    "type": "tick",
                    "size": 22,
                    "thickness": 2.5,
                    "opacity": 1,
                    "color": ink("chart-strong"),
                },
                "encoding": {"y": y, "x": {**x, "field": "usual"}},
            },
            {
                "transform": [{"calculate": "max(datum.posts, datum.usual)", "as": "end"}],
                "mark": {
                    "type": "text",
                    "align": "left",
                    "dx": 7,
                    "fontSize": 12,
                    "fontWeight": 600,
                    "color": ink("chart-strong"),
                },
                "encoding": {
                    "y": y,
                    "x": {**x, "field": "end"},
                    "text": {"field": "shown"},
                },
            },
        ],
    )


def line_beside_usual(
    hours: Sequence[Mapping[str, Any]], width: int, height: int, last_hour: int
) -> Spec:
    """Posts by hour (``hour`` 0 to 23, ``posts``, ``usual``): the day as a line to ``last_hour``.

    The usual is a pale area behind it.
    """
    x = {
        "field": "hour",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 23], "nice": False},
        "axis": {
            "values": [0, 3, 6, 9, 12, 15, 18, 21],
            "labelExpr": "datum.value < 10 ? '0' + datum.value : '' + datum.value",
            "grid": False,
            "domainColor": ink("chart-grid"),
            "tickColor": ink("chart-grid"),
        },
    }
    axis = {"tickCount": 4, "domain": False, "ticks": False, "tickMinStep": 1}
    shown = [row for row in hours if row["hour"] <= last_hour]
    return _spec(
        width,
        height,
        list(hours),
        [
            {
                "mark": {
                    "type": "area",
                    "interpolate": "monotone",
                    "color": ink("chart-pale"),
                    "opacity": 1,
                    "line": {"color": ink("chart-usual"), "strokeWidth": 1.25},
                },
                "encoding": {
                    "x": x,
                    "y": {"field": "usual", "type": "quantitative", "title": None, "axis": axis},
                },
            },
            {
                "data": {"values": shown},
                "mark": {
                    "type": "line",
                    "interpolate": "monotone",
                    "color": ink("chart-today"),
                    "strokeWidth": 2.75,
                    "strokeCap": "round",
                },
                "encoding": {"x": x, "y": {"field": "posts", "type": "quantitative"}},
            },
            {
                "data": {"values": shown[-1:]},
                "mark": {
                    "type": "point",
                    "filled": True,
                    "size": 70,
                    "opacity": 1,
                    "color": ink("chart-today"),
                },
                "encoding": {"x": x, "y": {"field": "posts", "type": "quantitative"}},
            },
        ],
    )


def _spec(width: int, height: int | dict[str, int], values: list[Any], layer: list[Spec]) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 2, "right": 8, "top": 4, "bottom": 0},
        "data": {"values": values},
        "layer": layer,
        "config": {
            "font": _TYPEFACE,
            "view": {"stroke": None},
            "axis": {
                "labelFontSize": 12,
                "labelColor": ink("chart-text"),
                "gridColor": ink("chart-grid"),
            },
        },
    }


def _image(spec: Spec, variant: str, title: str, sentence: str) -> Markup:
    key = _key(spec, background="transparent")
    drawing = _PLACEHOLDER.sub(lambda match: f"var(--{_NAMES[match[0]]})", _drawn(key))
    name = f"c{sha256(key.encode()).hexdigest()[:8]}{variant[0]}"
    drawing = drawing.replace('"clip', f'"{name}-clip').replace("url(#clip", f"url(#{name}-clip")
    head = (
        f'<svg class="chart chart-{variant}" role="img" aria-labelledby="{name}-t {name}-d"'
        ' focusable="false" '
    )
    words = (
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(sentence)}</desc>'
    )
    opening = drawing.index(">") + 1
    return Markup(head + drawing[len("<svg ") : opening] + words + drawing[opening:])  # noqa: S704


def _key(spec: Spec, background: str) -> str:
    return json.dumps({**spec, "background": background}, sort_keys=True, ensure_ascii=False)


def _in_light(drawing: str) -> str:
    return _PLACEHOLDER.sub(lambda match: _INKS[_NAMES[match[0]]][0], drawing)


@lru_cache(maxsize=64)
def _drawn(spec: str) -> str:
    """The SVG of a description, without the marks that only Vega needs; drawn once."""
    drawing: str = vl_convert.vegalite_to_svg(json.loads(spec))
    return _TOOLTIP.sub("", _CLASSES.sub("", _NOISE.sub("", drawing)))
