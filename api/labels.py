"""What the codes of the house are called on the pages."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l  # type: ignore[import-untyped]
from flask_babel import lazy_pgettext as _lp

from api.context import context
from api.language import decimal, language

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
    4: _l("Sangat tinggi"),
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
    "Tidak cukup jelas untuk ditindaklanjuti": _l("Tidak cukup jelas untuk ditindaklanjuti"),
}

DECISION_NAMES: Mapping[str, str] = {
    "confirm": _l("Dikonfirmasi"),
    "correct": _l("Dikoreksi"),
    "reject": _l("Ditolak"),
    "merge": _l("Digabung"),
    "undo": _l("Dibatalkan"),
}

# What stands in the audit log; a deed that has no name here is shown by its code.
DEED_NAMES: Mapping[str, str] = {
    "report.confirm": _l("Mengonfirmasi laporan"),
    "report.correct": _l("Mengoreksi laporan"),
    "report.reject": _l("Menolak laporan"),
    "report.undo": _l("Membatalkan keputusan"),
    "report.merge": _l("Menggabungkan laporan"),
    "user.add": _l("Menambah pengguna"),
    "user.change": _l("Mengubah pengguna"),
    "user.change_password": _l("Mengganti kata sandi"),
    "user.reset_password": _l("Memberi kata sandi baru"),
    "user.sign_in": _l("Masuk"),
    "user.sign_out_everywhere": _l("Keluar dari semua perangkat"),
    "key.add": _l("Menambah kunci API"),
    "key.revoke": _l("Mencabut kunci API"),
    "post.delete": _l("Menghapus posting"),
}

OBJECT_NAMES: Mapping[str, str] = {
    "report": _lp("objek", "laporan"),
    "user": _l("pengguna"),
    "api_key": _l("kunci API"),
    "source": _l("sumber"),
    "post": _l("posting"),
}

_ACTOR_KINDS: Mapping[str, str] = {
    "user": _l("pengguna %(name)s"),
    "cli": _l("baris perintah, %(name)s"),
    "key": _l("program, kunci %(name)s"),
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


def actor_name(actor: str) -> str:
    """Who did something, in words: ``user:sari`` is the user sari."""
    kind, _, name = actor.partition(":")
    if actor == "system":
        return str(_l("sistem"))
    words = _ACTOR_KINDS.get(kind)
    return str(words) % {"name": name} if words and name else actor


def coordinates(lat: float, lon: float) -> str:
    """A point (degrees, WGS 84) in words that nobody can take the wrong way round."""
    return str(
        _l(
            "lintang %(lat)s, bujur %(lon)s",
            lat=decimal(lat, 4).replace("-", "\N{MINUS SIGN}"),
            lon=decimal(lon, 4).replace("-", "\N{MINUS SIGN}"),
        )
    )


def certainty(probability: float) -> str:
    """A probability (0 to 1) in words."""
    if probability >= 0.9:
        return str(_l("sangat yakin"))
    if probability >= 0.75:
        return str(_l("yakin"))
    if probability >= 0.6:
        return str(_l("cukup yakin"))
    return str(_l("ragu"))
