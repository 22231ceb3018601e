"""The parts of a city pack as values, and what can be wrong with one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

LEVELS = ("kota", "kecamatan", "kelurahan")
AGENCY_KINDS = ("dinas", "bumd", "kelurahan", "kecamatan", "polisi", "lain")


class CityPackError(ValueError):
    """A city pack that cannot be used; the message names file, row and remedy."""


@dataclass(frozen=True, slots=True)
class PackFault:
    """One thing wrong in a pack: ``row`` counts as a spreadsheet does, ``None`` for the whole file.

    A ``warning`` leaves the pack usable.
    """

    path: Path
    row: int | None
    fault: str
    remedy: str
    warning: bool = False

    def __str__(self) -> str:
        where = f"{self.path}, row {self.row}" if self.row is not None else f"{self.path}"
        return f"{where}: {self.fault}; {self.remedy}"


# What is done with a fault: raise it (a start), or keep it and read on (a check).
Tell = Callable[[PackFault], None]


@dataclass(frozen=True, slots=True)
class Category:
    """A category as a city runs it: names, urgency (1 to 4), target and grouping time in hours.

    ``area_wide`` says that it befalls an area at once: all posts of one kelurahan tell of the same.
    ``keywords`` are words that a person would look for it under.
    """

    code: str
    name_id: str
    name_en: str
    urgency: int
    target_hours: int
    grouping_hours: int
    area_wide: bool
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency that reports are routed to; ``kind`` is one of ``AGENCY_KINDS``."""

    code: str
    name: str
    short_name: str
    kind: str = "lain"


@dataclass(frozen=True, slots=True)
class Area:
    """An official area: ``level`` is kota, kecamatan or kelurahan; codes nest by their prefix."""

    code: str
    name: str
    level: str
    parent: str | None
    lat: float
    lon: float
    population: int | None


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """A point or street that people name: ``area_code`` is the smallest area that holds it."""

    name: str
    kind: str
    lat: float
    lon: float
    area_code: str | None
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """An RW (*rukun warga*) of a kelurahan, with somewhere in its middle."""

    area_code: str
    number: int
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class CategoryQuery:
    """What to look for where posts are collected: any of ``terms``, none of ``exclude``."""

    terms: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Queries:
    """How posts name the city (``city.terms``), and what to look for, by category code."""

    city: CategoryQuery = CategoryQuery()
    categories: dict[str, CategoryQuery] = field(default_factory=dict)
