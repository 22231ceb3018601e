"""Filters of an address that could not be used, so that no page quietly shows everything."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _  # type: ignore[import-untyped]
from flask_babel import lazy_gettext as _l

_NAMES = {
    "jenis": _l("Jenis"),
    "kategori": _l("Kategori"),
    "sentimen": _l("Nada"),
    "yakin": _l("Keyakinan"),
    "data": _l("Tampilkan"),
    "wilayah": _l("Wilayah"),
    "sumber": _l("Sumber"),
    "status": _l("Status"),
    "dari": _l("Dari tanggal"),
    "sampai": _l("Sampai tanggal"),
    "hari": _l("Hari"),
}
_SHOWN = 60


def ignored_filters(chosen: Mapping[str, Any], *names: str) -> list[str]:
    """One sentence for each of the filters ``names`` that was given but is not in ``chosen``."""
    return [
        _(
            "%(filter)s “%(value)s” tidak dikenal, jadi diabaikan.",
            filter=_NAMES[name],
            value=request.args[name].strip()[:_SHOWN],
        )
        for name in names
        if request.args.get(name, "").strip() and not chosen.get(name)
    ]


def days_the_wrong_way(chosen: Mapping[str, Any]) -> list[str]:
    """A sentence for a span of days that ends before it begins: nothing can lie in it."""
    first, last = chosen.get("dari"), chosen.get("sampai")
    if not first or not last or first <= last:
        return []
    return [_("Tanggal awal sesudah tanggal akhir, jadi tidak ada posting yang dapat cocok.")]
