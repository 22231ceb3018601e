"""Colours can be seen on what they lie on, and every category has its own colour and icon."""

import re
from importlib.resources import files

import pytest

from api.labels import certainty
from api.looks import CATEGORY_LOOKS, CHART_INKS, DARK_SURFACE, LIGHT_SURFACE, colour_variables
from models.labels import CATEGORIES

SPRITE = files("api").joinpath("static", "icons.svg").read_text(encoding="utf-8")
STYLES = files("api").joinpath("static", "jajak.css").read_text(encoding="utf-8")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_every_category_has_its_own_colour_and_icon() -> None:
    assert tuple(CATEGORY_LOOKS) == CATEGORIES
    for part in ("icon", "light", "dark"):
        assert len({getattr(look, part) for look in CATEGORY_LOOKS.values()}) == len(CATEGORIES)
    for look in CATEGORY_LOOKS.values():
        assert f'<symbol id="{look.icon}"' in SPRITE


@pytest.mark.parametrize("code", CATEGORIES)
def test_a_category_can_be_seen_in_both_themes(code: str) -> None:
    look = CATEGORY_LOOKS[code]
    assert contrast(look.light, LIGHT_SURFACE) >= 3
    assert contrast(look.dark, DARK_SURFACE) >= 3


@pytest.mark.parametrize("name", ["chart-today", "chart-usual", "chart-negatif", "chart-positif"])
def test_lines_and_bars_can_be_seen_in_both_themes(name: str) -> None:
    light, dark = CHART_INKS[name]
    assert contrast(light, LIGHT_SURFACE) >= 3
    assert contrast(dark, DARK_SURFACE) >= 3


def test_words_in_charts_can_be_read_in_both_themes() -> None:
    for name in ("chart-text", "chart-strong"):
        light, dark = CHART_INKS[name]
        assert contrast(light, LIGHT_SURFACE) >= 4.5
        assert contrast(dark, DARK_SURFACE) >= 4.5


def test_the_surfaces_measured_are_those_of_the_style_sheet() -> None:
    assert f"--surface: {LIGHT_SURFACE}" in STYLES
    assert STYLES.count(f"--surface: {DARK_SURFACE}") == 2


def test_every_variable_that_the_style_sheet_uses_is_set_somewhere() -> None:
    everything = colour_variables() + STYLES
    used = set(re.findall(r"var\((--[a-z0-9_-]+)", everything))
    assert used <= set(re.findall(r"(--[a-z0-9_-]+)\s*:", everything))


@pytest.mark.parametrize(
    ("probability", "words"), [(0.97, "sangat yakin"), (0.8, "yakin"), (0.4, "ragu")]
)
def test_a_probability_has_words(probability: float, words: str, visitor: object) -> None:
    with visitor.site.test_request_context():  # type: ignore[attr-defined]
        assert certainty(probability) == words
