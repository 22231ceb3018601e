"""Sources and quarantine, one's own account, users, the audit log."""

import re

import pytest
from flask import Flask

from models import ImportFileRow, QuarantineRow
from models.audit import deeds
from models.user import user_by_name
from tests.api.visitors import PASSWORD, Visitor, add_post, add_user


def add_import(visitor: Visitor, bad_rows: int = 3) -> int:
    with visitor.db.writing() as session:
        file = ImportFileRow(
            path="/home/sari/rahasia/posting.csv",
            sha256="a" * 64,
            format="csv",
            reading={},
            reading_sha256="b" * 64,
            size_bytes=2_345_678,
            rows_done=1200,
            posts_new=1190,
            rows_bad=bad_rows,
        )
        session.add(file)
        session.flush()
        for line in range(bad_rows):
            content = f"min hubungi 0812-0000-1234 <b>{line}</b> " + "panjang " * 100
            session.add(
                QuarantineRow(
                    import_file_id=file.id, line=line + 1, reason="Waktu aneh", content=content
                )
            )
        return file.id


def test_sources_say_what_came_and_what_could_not_be_used(site: Flask) -> None:
    visitor = Visitor(site).sign_in("official")
    add_post(visitor.db, "satu", source="bluesky")
    add_post(visitor.db, "dua", None, source="bluesky")
    file_id = add_import(visitor)
    page = visitor.get("/sumber").text
    for words in ("Bluesky", "posting.csv", "2,2 MB", "berjalan", "3 baris tidak dapat dipakai."):
        assert words in page
    assert "/home/sari" not in page and f"berkas={file_id}" in page
    assert "bluesky;2;1;0;" in visitor.get("/sumber.csv").text


def test_quarantine_shows_rows_cut_and_covered(site: Flask) -> None:
    visitor = Visitor(site).sign_in("official")
    add_import(visitor, 53)
    page = visitor.get("/sumber/karantina").text
    assert "Waktu aneh" in page and "0000-1234" not in page and "<b>0" not in page
    assert " …</code>" in page
    assert "jajak quarantine retry posting.csv --import" in page
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None
    assert visitor.get(following[1]).text.count("Waktu aneh") == 3
    assert visitor.get("/sumber/karantina.csv").text.count("Waktu aneh") == 53
    assert "Karantina kosong" in visitor.get("/sumber/karantina?berkas=99").text


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(site: Flask) -> None:
    here = Visitor(site).sign_in("official")
    there = Visitor(site)
    there.get("/masuk")
    there.post("/masuk", username="sari", password=PASSWORD)
    here.get("/akun")
    new = "kuda poni naik bajaj"
    answer = here.post("/akun/kata-sandi", current=PASSWORD, new=new, again=new)
    assert answer.status_code == 303
    assert here.get("/akun").status_code == 200
    assert there.get("/akun").status_code == 303
    there.get("/masuk")
    assert there.post("/masuk", username="sari", password=new).status_code == 303
    with here.db.reading() as session:
        assert "user.change_password" in [deed.action for deed in deeds(session)]


@pytest.mark.parametrize(
    ("current", "new", "again", "said"),
    [
        ("salah", "kuda poni naik bajaj", "kuda poni naik bajaj", "sekarang tidak cocok"),
        (PASSWORD, "pendek", "pendek", "Terlalu pendek"),
        (PASSWORD, "sari sari sari sari", "sari sari sari sari", "nama pengguna"),
        (PASSWORD, "kuda poni naik bajaj", "kuda poni", "tidak sama"),
        (PASSWORD, PASSWORD, PASSWORD, "yang lain dari yang sekarang"),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(
    visitor: Visitor, current: str, new: str, again: str, said: str
) -> None:
    visitor.sign_in("official")
    answer = visitor.post("/akun/kata-sandi", current=current, new=new, again=again)
    assert answer.status_code == 422 and said in answer.text


def test_somebody_can_sign_out_everywhere(site: Flask) -> None:
    here = Visitor(site).sign_in("official")
    there = Visitor(site)
    there.get("/masuk")
    there.post("/masuk", username="sari", password=PASSWORD)
    here.get("/akun")
    here.post("/akun/keluar-semua")
    assert here.get("/akun").status_code == there.get("/akun").status_code == 303


def test_an_administrator_adds_somebody_who_can_then_sign_in(site: Flask) -> None:
    admin = Visitor(site).sign_in("administrator")
    answer = admin.post(
        "/admin/pengguna/tambah",
        username="Budi.W",
        name="  Budi   W ",
        roles=["verifier"],
        areas=["31.75", "31.74.01"],
        active="1",
    )
    secret = re.search(r'class="secret">([^<]+)<', answer.text)
    assert answer.status_code == 200 and secret is not None
    budi = Visitor(site)
    budi.get("/masuk")
    assert budi.post("/masuk", username="budi.w", password=secret[1]).status_code == 303
    with admin.db.reading() as session:
        user = user_by_name(session, "budi.w")
        assert user is not None and user.name == "Budi W"
        assert user.area_codes == ("31.74.01", "31.75")
        assert "user.add" in [deed.action for deed in deeds(session)]
    assert "Budi W" in admin.get("/admin/pengguna").text
    assert "budi.w" in admin.get("/admin/pengguna.csv").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"username": "sari"}, "sudah dipakai"),
        ({"username": "a b"}, "huruf kecil"),
        ({"name": " "}, "Isi nama lengkapnya."),
        ({"roles": []}, "paling sedikit satu peran"),
        ({"roles": ["king"]}, "paling sedikit satu peran"),
        ({"areas": ["99"]}, "wilayah yang tidak dikenal"),
    ],
)
def test_a_user_that_cannot_be_added_says_why(
    visitor: Visitor, change: dict[str, object], said: str
) -> None:
    visitor.sign_in("administrator")
    form: dict[str, object] = {"username": "budi", "name": "Budi", "roles": ["official"]}
    answer = visitor.post("/admin/pengguna/tambah", **(form | change))
    assert answer.status_code == 422 and said in answer.text


def test_a_stopped_user_is_out_at_once(site: Flask) -> None:
    admin = Visitor(site).sign_in("administrator")
    budi = Visitor(site).sign_in("official", username="budi")
    with admin.db.reading() as session:
        user = user_by_name(session, "budi")
        assert user is not None
    form = {"name": "Budi", "roles": ["official"]}
    assert admin.post(f"/admin/pengguna/{user.id}", **form).status_code == 303
    assert budi.get("/akun").status_code == 303
    assert "dihentikan" in admin.get("/admin/pengguna").text


def test_the_last_administrator_stays_one(visitor: Visitor) -> None:
    visitor.sign_in("administrator")
    for form in ({"roles": ["official"], "active": "1"}, {"roles": ["administrator"]}):
        answer = visitor.post("/admin/pengguna/1", name="Sari", **form)
        assert answer.status_code == 422 and "administrator terakhir" in answer.text
    add_user(visitor.db, "ratna", "administrator")
    answer = visitor.post("/admin/pengguna/1", name="Sari", roles=["official"], active="1")
    assert answer.status_code == 303


def test_a_reset_password_is_shown_once_and_ends_sessions(site: Flask) -> None:
    admin = Visitor(site).sign_in("administrator")
    budi = Visitor(site).sign_in("official", username="budi")
    answer = admin.post("/admin/pengguna/2/kata-sandi")
    secret = re.search(r'class="secret">([^<]+)<', answer.text)
    assert secret is not None and budi.get("/akun").status_code == 303
    budi.get("/masuk")
    assert budi.post("/masuk", username="budi", password=secret[1]).status_code == 303
    assert secret[1] not in admin.get("/admin/audit").text


def test_the_audit_log_is_found_by_who_and_what(site: Flask) -> None:
    admin = Visitor(site).sign_in("administrator")
    Visitor(site).sign_in("official", username="budi")
    page = admin.get("/admin/audit?pelaku=budi&tindakan=user.").text
    assert "user:budi" in page and "user:sari" not in page
    assert "Tidak ada catatan yang cocok" in admin.get("/admin/audit?tindakan=x").text
    assert admin.get("/admin/audit.csv?pelaku=budi").text.count("user.sign_in") == 1
