"""Charts are drawn on the server and need neither script nor style to be seen."""

import re
import xml.etree.ElementTree as ET

from api import charts

ROWS = [
    {"name": "Banjir <b>", "posts": 34, "usual": 20.5, "ink": "cat-banjir", "shown": "34"},
    {"name": "Kemacetan & parkir", "posts": 3, "usual": 0, "ink": "cat-macet", "shown": "3"},
]
HOURS = [{"hour": hour, "posts": hour % 7, "usual": 3.5} for hour in range(24)]


def spec(width: int = charts.WIDE, usual_known: bool = True) -> charts.Spec:
    return charts.bars_beside_usual(ROWS, width, usual_known)


def page() -> str:
    return str(charts.in_page(spec(), spec(charts.NARROW), "Judul <i>", "Kalimat & angka."))


def test_in_a_page_every_colour_follows_the_theme() -> None:
    drawing = page()
    assert "var(--cat-banjir)" in drawing and "var(--chart-strong)" in drawing
    assert not re.search(r'(?:fill|stroke)="#', drawing)


def test_a_drawing_needs_no_inline_style_and_no_script() -> None:
    assert not re.search(r"<script|style=|onload|href=", page())


def test_a_drawing_says_what_it_shows_to_those_who_cannot_see_it() -> None:
    drawing = ET.fromstring(f"<div>{page()}</div>")
    for image in drawing:
        assert image.get("role") == "img"
        title, description = list(image)[:2]
        assert image.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        assert (title.text, description.text) == ("Judul <i>", "Kalimat & angka.")


def test_names_of_the_data_stay_text() -> None:
    words = [text.text for text in ET.fromstring(f"<div>{page()}</div>").iter() if text.text]
    assert "Banjir <b>" in words and "34" in words


def test_ids_of_two_drawings_in_one_page_never_meet() -> None:
    hours = charts.line_beside_usual(HOURS, charts.WIDE, 200, 23)
    small = charts.line_beside_usual(HOURS, charts.NARROW, 200, 23)
    everything = page() + str(charts.in_page(hours, small, "a", "b"))
    ids = re.findall(r' id="([^"]+)"', everything)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", everything)) <= set(ids)


def test_a_file_has_the_colours_of_the_light_theme() -> None:
    drawing = charts.as_svg(spec())
    assert "var(" not in drawing and "#0b63ad" in drawing
    assert charts.as_png(spec()).startswith(b"\x89PNG")


def test_without_a_usual_there_are_no_marks_for_it() -> None:
    assert charts.as_svg(spec()).count("#10262f") > charts.as_svg(spec(usual_known=False)).count(
        "#10262f"
    )


def test_the_same_drawing_is_made_only_once() -> None:
    page()
    before = charts._drawn.cache_info().misses
    page()
    assert charts._drawn.cache_info().misses == before
