"""Where the map page leads to: itself asked otherwise, and the posts behind a count."""

from typing import Any

from flask import url_for

from api.context import context
from api.map_view import Asked, zoomed
from api.web.posts import ABOUT_CITY
from api.web.shell import INVENTED, REAL


def parameters(asked: Asked) -> dict[str, str]:
    """A question as parameters of an address."""
    mixed = asked.origins.real and asked.origins.invented
    data = (INVENTED if asked.invented else REAL) if mixed else None
    given = {
        "tampil": asked.view,
        "wilayah": asked.area,
        "kategori": asked.category,
        # Said even where it is "", every kind: what is not said is what is usual.
        "jenis": ABOUT_CITY if asked.about_city else asked.kind or "",
        "dari": asked.since.isoformat(),
        "sampai": asked.until.isoformat(),
        "ukur": asked.measure if asked.measure != "jumlah" else None,
        "data": data,
    }
    return {name: value or "" for name, value in given.items() if value or name == "jenis"}


def map_address(asked: Asked, **other: str) -> str:
    """The map that is asked for, with some parameters otherwise."""
    given: dict[str, Any] = parameters(asked) | other
    return url_for("map.show", **given)


def zoom_address(asked: Asked, area: str) -> str:
    """The same question about one area."""
    return map_address(zoomed(asked, context().city, area))


def posts_address(asked: Asked, code: str | None, **more: str) -> str:
    """The posts behind a count of an area."""
    given: dict[str, Any] = parameters(asked)
    for name in ("tampil", "ukur"):
        given.pop(name, None)
    return url_for("posts.show", **(given | {"wilayah": code or None} | more))
