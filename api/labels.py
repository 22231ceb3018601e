"""What the codes of the house are called on the pages."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l  # type: ignore[import-untyped]
from flask_babel import lazy_pgettext as _lp

from api.context import context
from api.language import language

KIND_NAMES: Mapping[str, str] = {
    "laporan": _lp("jenis", "Laporan"),
    "tanya": _l("Pertanyaan"),
    "opini": _l("Opini"),
    "info": _l("Informasi"),
    "luar": _l("Di luar topik"),
}

SENTIMENT_NAMES: Mapping[str, str] = {
    "negatif": _l("Negatif"),
    "netral": _l("Netral"),
    "positif": _l("Positif"),
}

STATE_NAMES: Mapping[str, str] = {
    "draf": _l("Draf"),
    "diverifikasi": _l("Diverifikasi"),
    "dikirim": _l("Dikirim"),
    "menunggu": _l("Menunggu"),
    "proses": _l("Diproses"),
    "selesai": _l("Selesai"),
    "ditolak": _l("Ditolak"),
    "digabung": _l("Digabung"),
}

URGENCY_NAMES: Mapping[int, str] = {
    1: _l("Rendah"),
    2: _l("Sedang"),
    3: _l("Tinggi"),
    4: _l("Bahaya jiwa"),
}

ROLE_NAMES: Mapping[str, str] = {
    "administrator": _l("Administrator"),
    "official": _l("Pejabat"),
    "verifier": _l("Verifikator"),
    "poll_creator": _l("Pembuat jajak pendapat"),
}

PRECISION_NAMES: Mapping[str, str] = {
    "kota": _l("tingkat kota"),
    "kecamatan": _l("tingkat kecamatan"),
    "kelurahan": _l("tingkat kelurahan"),
    "street": _l("tingkat jalan"),
    "point": _l("titik bernama"),
    "rt_rw": _l("tingkat RT/RW"),
    "coordinate": _l("koordinat"),
}

# Kept with the report in Indonesian, whatever language the page was read in.
REJECT_REASONS: Mapping[str, str] = {
    "Bukan laporan warga": _l("Bukan laporan warga"),
    "Bukan urusan kota ini": _l("Bukan urusan kota ini"),
    "Sudah ditangani": _l("Sudah ditangani"),
    "Sama dengan laporan lain": _l("Sama dengan laporan lain"),
    "Tidak cukup jelas untuk ditindak": _l("Tidak cukup jelas untuk ditindak"),
}

DECISION_NAMES: Mapping[str, str] = {
    "confirm": _l("Dikonfirmasi"),
    "correct": _l("Dikoreksi"),
    "reject": _l("Ditolak"),
    "merge": _l("Digabung"),
    "undo": _l("Dibatalkan"),
}

FIELD_NAMES: Mapping[str, str] = {
    "title": _l("Judul"),
    "description": _l("Uraian"),
    "category": _l("Kategori"),
    "agency_code": _l("Instansi"),
    "urgency": _l("Urgensi"),
    "place_code": _l("Wilayah"),
    "place_name": _l("Nama tempat"),
    "state": _l("Status"),
    "posts": _l("Jumlah posting"),
    "authors": _l("Jumlah penulis"),
    "last_at": _l("Posting terakhir"),
    "urgency_reason": _l("Alasan urgensi"),
    "reject_reason": _l("Alasan penolakan"),
}


def category_name(code: str | None) -> str:
    """The name of a category in the page's language, as the city pack gives it."""
    if not code:
        return ""
    category = context().city.categories[code]
    return category.name_en if language() == "en" else category.name_id


def certainty(probability: float) -> str:
    """A probability (0 to 1) in words."""
    if probability >= 0.9:
        return str(_l("sangat yakin"))
    if probability >= 0.75:
        return str(_l("yakin"))
    if probability >= 0.6:
        return str(_l("cukup yakin"))
    return str(_l("ragu"))
