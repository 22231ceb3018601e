"""``/api/v1/categories``, ``/agencies``, ``/areas``: what the city pack says, open to all."""

from typing import Annotated

from flask import Response
from pydantic import Field

from api.context import context
from api.json.blueprint import endpoint
from api.json.fields import AreaCode, Asked, Category, OneOf, Told
from api.json.pages import ITEM_HEADERS, tagged
from api.json.problems import ApiProblem, Fault
from api.json.words import Words
from models import City
from models.city import Agency
from models.place import lies_within

Level = Annotated[str, OneOf(("kota", "kecamatan", "kelurahan"))]


class CategoryItem(Told):
    """A category as the city runs it."""

    code: Category
    name_id: str
    name_en: str
    urgency: int = Field(description="1 (low) to 4 (danger to life)")
    target_hours: int
    keywords: list[str] = Field(description="Words that a person would look for it under")


class CategoryList(Told):
    """Every category."""

    items: list[CategoryItem]


class AgencyItem(Told):
    """An agency that reports are routed to."""

    code: str
    name: str
    short_name: str
    kind: str = Field(description="dinas, bumd, kelurahan, kecamatan, polisi or lain")

    @classmethod
    def of(cls, agency: Agency) -> "AgencyItem":
        """An agency of the pack as the API shows it."""
        return cls(
            code=agency.code, name=agency.name, short_name=agency.short_name, kind=agency.kind
        )


class AgencyList(Told):
    """Every agency."""

    items: list[AgencyItem]


class AreaItem(Told):
    """An official area; codes nest by their prefix."""

    code: str
    name: str
    level: Level
    parent: str | None
    lat: float
    lon: float
    population: int | None


class AreaList(Told):
    """Areas of the city."""

    items: list[AreaItem]


class AreaQuery(Asked):
    """Which areas."""

    level: Level | None = None
    within: AreaCode | None = Field(None, description="This area and all below it")


@endpoint("get", "/categories", tag="city", answer=CategoryList, headers=ITEM_HEADERS)
def list_categories() -> Response:
    """Categories with their names, urgency and target time."""
    items = [
        CategoryItem(
            code=category.code,
            name_id=category.name_id,
            name_en=category.name_en,
            urgency=category.urgency,
            target_hours=category.target_hours,
            keywords=list(category.keywords),
        )
        for category in context().city.categories.values()
    ]
    return tagged(CategoryList(items=items))


@endpoint("get", "/agencies", tag="city", answer=AgencyList, headers=ITEM_HEADERS)
def list_agencies() -> Response:
    """Agencies that reports are routed to."""
    items = [AgencyItem.of(agency) for agency in context().city.agencies.values()]
    return tagged(AgencyList(items=items))


@endpoint("get", "/areas", tag="city", answer=AreaList, headers=ITEM_HEADERS)
def list_areas(query: AreaQuery) -> Response:
    """Official areas with their codes; `level` and `within` narrow them down."""
    city = context().city
    known_area(city, query.within, "within")
    items = [
        AreaItem(
            code=area.code,
            name=area.name,
            level=area.level,
            parent=area.parent,
            lat=area.lat,
            lon=area.lon,
            population=area.population,
        )
        for area in city.areas.values()
        if query.level in (None, area.level)
        and (query.within is None or lies_within(area.code, query.within))
    ]
    return tagged(AreaList(items=items))


def known_area(city: City, code: str | None, parameter: str = "area") -> None:
    """Refuse an area that the city does not have: an empty list would hide the mistake."""
    if code is None or code in city.areas:
        return
    if any(area.startswith(code + ".") for area in city.areas):
        return
    words = Words(
        f"Wilayah {code} tidak ada di kota ini; lihat /api/v1/areas.",
        f"There is no area {code} in this city; see /api/v1/areas.",
    )
    raise ApiProblem("invalid", faults=(Fault(f"#query/{parameter}", "unknown_area", words),))
