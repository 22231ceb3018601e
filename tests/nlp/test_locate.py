import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models import City, Place
from models.labels import PRECISIONS
from nlp.hint import Hint
from nlp.locate import PlaceIndex, build_index, locate


@pytest.fixture(scope="module")
def index(city: City) -> PlaceIndex:
    return build_index(city)


def found(text: str, index: PlaceIndex, hint: Hint | None = None) -> Place:
    place = locate(text, index, hint)
    assert place is not None, text
    return place


@pytest.mark.parametrize(
    ("text", "name", "code", "precision"),
    [
        ("lampu mati di kel. Pejaten Timur", "Pejaten Timur", "31.74.04.1005", "kelurahan"),
        ("kec. tebet gelap", "Tebet", "31.74.01", "kecamatan"),
        ("jaksel ujan", "Jakarta Selatan", "31.74", "kota"),
        ("kp melayu banjir lg", "Kampung Melayu", "31.75.03.1001", "kelurahan"),
        ("pasming macet", "Pasar Minggu", "31.74.04", "kecamatan"),
        ("tn abang rame", "Tanah Abang", "31.71.07", "kecamatan"),
        ("priok rob", "Tanjung Priok", "31.72.02", "kecamatan"),
        ("hlte kalideres gelap", "Halte Kalideres", "31.73.06.1001", "point"),
        ("st tebet penuh", "Stasiun Tebet", "31.74.01.1001", "point"),
        ("psr santa bau", "Pasar Santa", None, "point"),
        ("jln panjang rusak", "Jalan Panjang", "31.73.05", "street"),
        ("gatsu padat", "Jalan Gatot Subroto", "31", "street"),
        ("fly over klender", "Flyover Klender", None, "point"),
        ("banjir jakarta", "Jakarta", "31", "kota"),
    ],
)
def test_names_and_the_short_forms_people_use_are_found(
    index: PlaceIndex, text: str, name: str, code: str | None, precision: str
) -> None:
    place = found(text, index)
    assert (place.name, place.precision) == (name, precision)
    if code is not None:
        assert place.code == code


def test_the_span_points_into_the_original_text(index: PlaceIndex) -> None:
    text = "😭😭 min got dpn  Hlte\u200b Kalideres mampet"
    place = found(text, index)
    assert place.span is not None
    assert text[slice(*place.span)].endswith("Kalideres")
    assert text[slice(*place.span)].startswith("dpn")


def test_letters_in_another_dress_are_read(index: PlaceIndex) -> None:
    assert found("\U0001d5e7\U0001d5f2\U0001d5ef\U0001d5f2\U0001d601 banjir", index).name == "Tebet"
    assert found("TEBET BANJIR", index).name == "Tebet"


def test_a_hashtag_is_taken_apart(index: PlaceIndex) -> None:
    assert found("#BanjirJakarta #KampungMelayu", index).name == "Kampung Melayu"
    assert found("#kampungmelayu", index).name == "Kampung Melayu"


def test_handles_and_links_name_no_place(index: PlaceIndex) -> None:
    assert locate("@jakarta @tebet tolong https://example.com/tebet/cawang", index, None) is None


def test_a_word_inside_another_is_no_place(index: PlaceIndex) -> None:
    assert locate("tebetan cawangan karetnya", index, None) is None


def test_the_neighbour_tells_which_menteng_is_meant(index: PlaceIndex) -> None:
    assert found("banjir di Menteng", index).code == "31.71.06"
    assert found("Menteng, Tebet, banjir", index).code == "31.74.01.1003"


def test_an_area_named_twice_is_told_by_its_type(index: PlaceIndex) -> None:
    assert found("kec mampang prapatan", index).code == "31.74.03"
    assert found("kelurahan mampang prapatan", index).code == "31.74.03.1001"


@pytest.mark.parametrize(
    "text",
    [
        "hari senen masuk pagi",
        "duri ikan nyangkut",
        "kota ini gila",
        "pulo jauh",
        "pak sudirman sakit",
        "nonton Persija Jakarta malam ini",
        "naik trans jakarta",
        "nasi padang enak",
        "hati gue macet kayak jalan sudirman",
        "lampu mati di jalan melati",
        "",
        "   ",
    ],
)
def test_words_persons_and_figures_of_speech_are_no_places(index: PlaceIndex, text: str) -> None:
    assert locate(text, index, None) is None


def test_a_name_that_is_also_a_word_counts_with_its_type(index: PlaceIndex) -> None:
    assert found("kelurahan pulo gelap", index).code == "31.74.07.1007"
    assert found("macet di sudirman", index).name == "Jalan Jenderal Sudirman"


def test_a_plain_street_counts_with_its_neighbourhood(index: PlaceIndex, city: City) -> None:
    street = next(
        p
        for p in city.points
        if p.kind == "jalan" and not p.aliases and p.name.count(" ") == 1 and p.area_code
    )
    assert locate(f"lampu mati di {street.name}", index, None) is None
    assert street.area_code is not None
    area = city.areas[street.area_code]
    assert found(f"lampu mati di {street.name}, kel {area.name}", index).name == street.name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("banjir di Bekasi", "Bekasi"),
        ("jl. diponegoro surabaya berlubang", "Surabaya"),
        ("Jl. Sudirman, Bandung", "Bandung"),
        ("Margonda arah Lenteng Agung macet", "Margonda"),
        ("kab. sukabumi gempa", "Sukabumi"),
        ("kec rungkut gelap", "Rungkut"),
    ],
)
def test_a_place_in_another_city_is_outside(index: PlaceIndex, text: str, name: str) -> None:
    place = found(text, index)
    assert (place.code, place.name, place.precision) == (None, name, "kota")


def test_a_street_named_after_another_city_is_not_that_city(index: PlaceIndex) -> None:
    assert found("jl raya bogor rusak", index).name == "Jalan Raya Bogor"
    assert locate("jl bandung rusak", index, None) is None


def test_the_spot_goes_before_the_direction(index: PlaceIndex) -> None:
    assert found("macet di tomang arah slipi", index).name == "Tomang"
    assert found("arah slipi macet dari tomang", index).name == "Tomang"


def test_a_long_street_is_narrowed_to_the_area_named_with_it(index: PlaceIndex) -> None:
    place = found("Jl. Raya Bekasi KM 18, Pulogadung", index)
    assert (place.code, place.precision) == ("31.75.02", "street")
    assert "Pulogadung" in place.reason


def test_a_street_of_every_city_is_less_sure_alone(index: PlaceIndex) -> None:
    alone = found("jl ahmad yani rusak", index)
    beside = found("jl ahmad yani rawamangun rusak", index)
    assert alone.probability < beside.probability


def test_a_tag_is_used_when_the_text_names_nothing(index: PlaceIndex) -> None:
    place = found("gelap banget", index, Hint(place_tag="Cilandak, Jakarta Selatan"))
    assert (place.code, place.span) == ("31.74.06", None)
    assert found("gelap banget di tebet", index, Hint(place_tag="Cilandak")).name == "Tebet"
    assert found("jakarta gelap", index, Hint(place_tag="Cilandak")).code == "31.74.06"
    assert found("gelap banget", index, Hint(place_tag="Bandung")).code is None
    assert found("jl sudirman gelap", index, Hint(place_tag="Bandung")).code is None


def test_a_geotag_gives_a_kelurahan_and_never_a_point(index: PlaceIndex, city: City) -> None:
    area = city.areas["31.74.01.1001"]
    place = found("gelap banget", index, Hint(lat=area.lat, lon=area.lon))
    assert (place.code, place.precision) == (area.code, "kelurahan")
    assert (place.lat, place.lon) == (area.lat, area.lon)
    assert locate("gelap banget", index, Hint(lat=-7.25, lon=112.75)) is None
    assert locate("gelap banget", index, Hint(lat=float("nan"), lon=float("inf"))) is None


def test_every_area_is_found_by_its_level_and_name(index: PlaceIndex, city: City) -> None:
    for area in city.areas.values():
        place = locate(f"{area.level} {area.name}", index, None)
        assert place is not None and place.code is not None, area
        if sum(a.name == area.name and a.level == area.level for a in city.areas.values()) == 1:
            assert place.code.startswith(area.code), area


def test_every_alias_leads_into_the_city(index: PlaceIndex, city: City) -> None:
    for point in city.points:
        for alias in point.aliases:
            place = locate(f"di {alias}", index, None)
            assert place is None or place.code is not None, (point.name, alias)


@given(st.text(max_size=300), st.text(max_size=40), st.floats(), st.floats())
@example("\ud800 jl.\x00 tebet \u202e İstanbul ﷺ", "\ud800", float("nan"), float("-inf"))
@settings(max_examples=200, deadline=None)
def test_no_text_raises(index: PlaceIndex, text: str, tag: str, lat: float, lon: float) -> None:
    place = locate(text, index, Hint(place_tag=tag, lat=lat, lon=lon))
    if place is not None:
        assert place.precision in PRECISIONS
        assert 0 < place.probability <= 1
        assert place.reason


_WORDS = [
    "di",
    "jl",
    "kel",
    "arah",
    "tebet",
    "menteng",
    "sudirman",
    "bekasi",
    "jakarta",
    ",",
    "dan",
    "pulo",
    "cawang",
    "km",
    "3",
]


@given(st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_the_span_is_always_inside_the_text(index: PlaceIndex, text: str) -> None:
    place = locate(text, index, None)
    if place is not None and place.span is not None:
        start, end = place.span
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    "unit",
    ["tebet ", "jl jl jl ", "a", "@", "#", "#aB", "dari tebet arah cawang bekasi, ", "😭", "x@"],
)
def test_time_grows_with_the_length_of_the_text_only(index: PlaceIndex, unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        start = time.process_time()
        locate(text, index, None)
        return time.process_time() - start

    short = min(seconds(20_000) for _ in range(3))
    assert seconds(200_000) < 40 * short + 0.05


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("banjir di rt 5 rw 3 kel. Pejaten Timur", "RT 05/RW 03 Pejaten Timur", "31.74.04.1005"),
        ("Kelurahan Kapuk Muara RT007/04 kebakaran", "RT 07/RW 04 Kapuk Muara", "31.72.01.1003"),
    ],
)
def test_rt_and_rw_make_a_named_kelurahan_smaller(
    index: PlaceIndex, text: str, name: str, code: str
) -> None:
    place = found(text, index)
    assert (place.name, place.code, place.precision) == (name, code, "rt_rw")
    assert "RT 0" in place.reason


def test_an_rw_lies_where_the_city_pack_says(index: PlaceIndex) -> None:
    area = index.area["31.74.04.1005"]
    place = found("banjir rw 3 kel. Pejaten Timur", index)
    assert (place.lat, place.lon) == index.blocks["31.74.04.1005", 3]
    unknown = found("banjir rw 39 kel. Pejaten Timur", index)
    assert (unknown.lat, unknown.lon) == (area.lat, area.lon)


def test_rt_and_rw_alone_or_in_a_kecamatan_are_no_place(index: PlaceIndex) -> None:
    assert locate("banjir di rt 5 rw 3 tolong pak lurah", index, None) is None
    assert found("banjir rt 5 rw 3 kec tebet", index).precision == "kecamatan"


def test_a_kilometre_names_the_spot_but_the_place_stays_a_road(index: PlaceIndex) -> None:
    place = found("macet di tol jagorawi km 12 arah bogor", index)
    assert (place.name, place.precision) == ("Tol Jagorawi KM 12", "street")


def test_a_namesake_outside_the_stated_kelurahan_is_not_meant(index: PlaceIndex) -> None:
    place = found("Jl. Kembangan Utara, Kel. Pluit Kec. Penjaringan", index)
    assert place.code == "31.72.01.1005"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("banjir di kelurahan kampug melayu rt 5 rw 3", "31.75.03.1001"),
        ("lampu pju mati di jl tanjungduern utara no 3", "31.73.02"),
        ("macet parah di manggrai arah tebet", "31.74.01.1007"),
    ],
)
def test_a_slip_of_the_fingers_is_forgiven_where_a_place_is_told(
    index: PlaceIndex, text: str, code: str
) -> None:
    place = found(text, index)
    assert place.code is not None
    assert place.code.startswith(code), place
    assert place.probability < 0.9


def test_the_author_s_area_tells_namesakes_apart_and_is_no_place_itself(index: PlaceIndex) -> None:
    hint = Hint(author_area="Tebet, Jakarta Selatan")
    assert found("banjir di Menteng Dalam", index, hint).code == "31.74.01.1003"
    assert locate("gelap banget", index, hint) is None
    assert found("banjir di Kalideres", index, hint).code == "31.73.06"


@pytest.mark.parametrize(
    "text", ["kec. Wonokromo banjir", "lampu mati di kecamatan Kutasari", "kab. Wonosobo longsor"]
)
def test_a_kecamatan_or_kabupaten_far_away_is_outside(index: PlaceIndex, text: str) -> None:
    assert found(text, index).code is None
