"""Verifying: the queue, the decisions, taking them back, and what others did meanwhile."""

import html
import re

import pytest
from flask import Flask

from models import ReportRow, UserRow
from tests.api.visitors import Visitor, add_post, add_report


def state_of(visitor: Visitor, report_id: int) -> tuple[str, int]:
    with visitor.db.reading() as session:
        report = session.get_one(ReportRow, report_id)
        return report.state, report.revision


def decide(visitor: Visitor, report_id: int, what: str, **fields: object) -> object:
    """Open the page and send its form, as a browser would."""
    page = visitor.get(f"/laporan/{report_id}").text
    hidden = dict(re.findall(r'name="(revision|seen|posts)" value="([^"]+)"', page))
    return visitor.post(f"/laporan/{report_id}/{what}", **{**hidden, **fields})


def test_the_queue_begins_with_the_most_urgent(site: Flask) -> None:
    visitor = Visitor(site).sign_in("verifier")
    for title, urgency in (("Ringan", 1), ("Bahaya", 4), ("Sedang saja", 2)):
        add_report(visitor.db, title, urgency=urgency)
    page = visitor.get("/laporan").text
    titles = re.findall(r"data-item[^>]*>([^<]+)<", page)
    assert titles == ["Bahaya", "Sedang saja", "Ringan"]
    assert "[nomor telepon]" in page and "0000-1234" not in page


def test_a_confirmed_report_leads_to_the_next_and_can_be_taken_back(site: Flask) -> None:
    visitor = Visitor(site).sign_in("verifier")
    first = add_report(visitor.db, "Pertama", urgency=4)
    second = add_report(visitor.db, "Kedua", urgency=3)
    answer = decide(visitor, first, "konfirmasi")
    assert answer.headers["Location"] == f"/laporan/{second}"
    assert state_of(visitor, first) == ("diverifikasi", 2)
    page = visitor.get(f"/laporan/{second}").text
    assert f"Laporan #{first} dikonfirmasi." in page
    form = re.search(
        rf'action="/laporan/{first}/batalkan".*?name="revision" value="(\d+)"', page, re.S
    )
    assert form is not None
    visitor.post(f"/laporan/{first}/batalkan", revision=form[1])
    assert state_of(visitor, first) == ("draf", 3)
    assert "Dikonfirmasi" in visitor.get(f"/laporan/{first}").text


def test_the_last_decision_leads_back_to_the_queue_with_its_filters(visitor: Visitor) -> None:
    visitor.sign_in("verifier")
    report_id = add_report(visitor.db, "Satu-satunya")
    answer = decide(visitor, report_id, "konfirmasi", antrean="kategori=penerangan_jalan&x=1")
    assert answer.headers["Location"] == "/laporan?kategori=penerangan_jalan"
    assert "Antrean ini kosong" in visitor.get("/laporan").text


def test_the_next_report_is_one_of_the_same_queue(visitor: Visitor) -> None:
    visitor.sign_in("verifier")
    first = add_report(visitor.db, "Lampu", urgency=4)
    add_report(visitor.db, "Banjir", urgency=4, category="banjir")
    third = add_report(visitor.db, "Lampu lain", urgency=1)
    answer = decide(visitor, first, "konfirmasi", antrean="kategori=penerangan_jalan")
    assert answer.headers["Location"].startswith(f"/laporan/{third}?")


def test_a_rejection_needs_a_reason(site: Flask) -> None:
    visitor = Visitor(site).sign_in("verifier")
    report_id = add_report(visitor.db, "Bukan apa-apa")
    assert "Tolak laporan ini?" in visitor.get(f"/laporan/{report_id}/tolak").text
    answer = decide(visitor, report_id, "tolak", alasan="", keterangan="   ")
    assert answer.status_code == 422 and "Belum ditolak." in answer.text
    assert state_of(visitor, report_id)[0] == "draf"
    decide(visitor, report_id, "tolak", alasan="Sudah ditangani", keterangan="kemarin <b>sore</b>")
    page = visitor.get(f"/laporan/{report_id}").text
    assert "Sudah ditangani. kemarin &lt;b&gt;sore&lt;/b&gt;" in page
    assert state_of(visitor, report_id)[0] == "ditolak"


def test_a_correction_is_kept_and_can_confirm_in_one_step(site: Flask) -> None:
    visitor = Visitor(site).sign_in("verifier")
    report_id = add_report(visitor.db, "Lampu mati")
    form = {"title": "Lampu mati di pasar", "urgency": "3"}
    answer = decide(visitor, report_id, "koreksi", **form)
    assert answer.headers["Location"] == f"/laporan/{report_id}"
    page = visitor.get(f"/laporan/{report_id}").text
    assert "Lampu mati di pasar</h1>" in page and "<del>Lampu mati</del>" in page
    decide(visitor, report_id, "koreksi", title="Lampu padam", lalu="konfirmasi")
    assert state_of(visitor, report_id)[0] == "diverifikasi"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", " ", "Judul tidak boleh kosong."),
        ("urgency", "9", "Urgensi adalah angka 1 sampai 4."),
        ("category", "naga", "Pilih salah satu kategori yang ada."),
        ("place_code", "99.99", "Kode wilayah ini tidak ada"),
    ],
)
def test_a_correction_that_cannot_be_says_why_and_keeps_what_was_typed(
    visitor: Visitor, field: str, value: str, said: str
) -> None:
    visitor.sign_in("verifier")
    report_id = add_report(visitor.db, "Lampu mati")
    typed = {"description": "Sudah tiga hari.", field: value}
    answer = decide(visitor, report_id, "koreksi", **typed)
    assert answer.status_code == 422
    assert said in answer.text and 'aria-invalid="true"' in answer.text
    assert "Sudah tiga hari." in answer.text
    assert state_of(visitor, report_id) == ("draf", 1)


def test_a_decision_on_an_older_page_is_refused_and_says_what_changed(site: Flask) -> None:
    sari = Visitor(site).sign_in("verifier", username="sari")
    budi = Visitor(site).sign_in("verifier", username="budi")
    report_id = add_report(sari.db, "Lampu mati")
    page = sari.get(f"/laporan/{report_id}").text
    hidden = dict(re.findall(r'name="(revision|seen|posts)" value="([^"]+)"', page))
    decide(budi, report_id, "koreksi", title="Lampu taman mati")
    answer = sari.post(f"/laporan/{report_id}/konfirmasi", **hidden)
    assert answer.status_code == 409
    for words in ("berubah setelah Anda membukanya", "Budi", "Lampu taman mati", "<del>Lampu mati"):
        assert words in answer.text
    assert state_of(sari, report_id)[0] == "draf"


def form_of(visitor: Visitor, report_id: int, what: str) -> dict[str, str]:
    """Every field of the form as it is on the page, as a browser would send it unchanged."""
    page = visitor.get(f"/laporan/{report_id}/{what}").text
    return fields_of(page)


def fields_of(page: str) -> dict[str, str]:
    main = page[page.index("<main") :]
    fields = dict(re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', main))
    fields |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)<', main))
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', main, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return {name: html.unescape(value) for name, value in fields.items() if name != "csrf_token"}


def test_saving_a_correction_that_changes_nothing_says_so_and_offers_no_undo(
    site: Flask,
) -> None:
    visitor = Visitor(site).sign_in("verifier")
    report_id = add_report(visitor.db, "Lampu mati")
    decide(visitor, report_id, "koreksi", title="Lampu taman mati")
    visitor.get(f"/laporan/{report_id}")  # the words about that are read
    answer = visitor.post(f"/laporan/{report_id}/koreksi", **form_of(visitor, report_id, "koreksi"))
    page = visitor.get(answer.headers["Location"]).text
    flash = page[page.index('class="flash') :].split("</div>")[0]
    assert "Tidak ada yang diubah" in flash and "batalkan" not in flash
    assert state_of(visitor, report_id) == ("draf", 2)
    form = form_of(visitor, report_id, "koreksi")
    answer = visitor.post(f"/laporan/{report_id}/koreksi", **form, lalu="konfirmasi")
    page = visitor.get(answer.headers["Location"]).text
    assert f"Laporan #{report_id} dikonfirmasi." in page
    assert state_of(visitor, report_id) == ("diverifikasi", 3)


def test_what_was_typed_survives_that_somebody_else_was_faster(site: Flask) -> None:
    sari = Visitor(site).sign_in("verifier", username="sari")
    budi = Visitor(site).sign_in("verifier", username="budi")
    report_id = add_report(sari.db, "Lampu mati")
    form = form_of(sari, report_id, "koreksi")
    decide(budi, report_id, "koreksi", title="Lampu taman mati", urgency="3")
    mine = {"title": "Lampu depan pasar mati", "description": "Sudah tiga hari."}
    answer = sari.post(f"/laporan/{report_id}/koreksi", **(form | mine))
    assert answer.status_code == 409
    for words in ("berubah setelah Anda membukanya", "Budi", "<del>Lampu mati</del>"):
        assert words in answer.text
    assert "Isi terbaru di laporan: Lampu taman mati" in answer.text
    again = fields_of(answer.text)
    # Theirs where they typed, Budi's where they did not.
    assert again["title"] == mine["title"] and again["description"] == mine["description"]
    assert again["urgency"] == "3" and again["revision"] == "2"
    assert sari.post(f"/laporan/{report_id}/koreksi", **again).status_code == 303
    with sari.db.reading() as session:
        report = session.get_one(ReportRow, report_id)
        assert (report.title, report.description, report.urgency) == (
            mine["title"],
            mine["description"],
            3,
        )


def test_a_reason_survives_that_the_report_changed(site: Flask) -> None:
    sari = Visitor(site).sign_in("verifier", username="sari")
    budi = Visitor(site).sign_in("verifier", username="budi")
    report_id = add_report(sari.db, "Lampu mati")
    form = form_of(sari, report_id, "tolak") | {"alasan": "", "keterangan": "Itu lampu pribadi"}
    decide(budi, report_id, "koreksi", urgency="4")
    answer = sari.post(f"/laporan/{report_id}/tolak", **form)
    assert answer.status_code == 409 and "Itu lampu pribadi</textarea>" in answer.text
    again = fields_of(answer.text) | {"alasan": ""}
    assert sari.post(f"/laporan/{report_id}/tolak", **again).status_code == 303
    assert state_of(sari, report_id) == ("ditolak", 3)


@pytest.mark.parametrize("ended", ["cookie gone", "signed out elsewhere"])
def test_an_ended_session_shows_what_was_typed(visitor: Visitor, ended: str) -> None:
    visitor.sign_in("verifier")
    report_id = add_report(visitor.db, "Lampu mati")
    form = form_of(visitor, report_id, "tolak") | {"keterangan": "Itu <b>lampu</b> pribadi"}
    if ended == "cookie gone":
        visitor.client.delete_cookie("jajak")
    else:
        with visitor.db.writing() as session:
            for user in session.query(UserRow):
                user.session_version += 1
    data = {"csrf_token": visitor.token, **form}
    came_from = {"Referer": f"http://localhost/laporan/{report_id}/tolak"}
    answer = visitor.client.post(f"/laporan/{report_id}/tolak", data=data, headers=came_from)
    assert answer.status_code in (400, 401) and "Sesi Anda sudah berakhir" in answer.text
    assert "Itu &lt;b&gt;lampu&lt;/b&gt; pribadi</textarea>" in answer.text
    assert f"/masuk?lanjut=/laporan/{report_id}/tolak" in answer.text
    forged = {"Sec-Fetch-Site": "cross-site"}
    answer = visitor.client.post(f"/laporan/{report_id}/tolak", data=form, headers=forged)
    assert "lampu" not in answer.text
    assert state_of(visitor, report_id) == ("draf", 1)


def test_a_draft_that_grew_meanwhile_says_how_many_posts_came(visitor: Visitor) -> None:
    visitor.sign_in("verifier")
    report_id = add_report(visitor.db, "Banjir")
    visitor.get(f"/laporan/{report_id}")
    with visitor.db.writing() as session:
        report = session.get_one(ReportRow, report_id)
        report.posts, report.revision = 5, 2
    seen = "2999-01-01T00:00:00+00:00"
    answer = visitor.post(f"/laporan/{report_id}/konfirmasi", revision="1", seen=seen, posts="1")
    assert answer.status_code == 409 and "4 posting baru masuk sebagai bukti." in answer.text


def test_a_report_without_a_place_cannot_be_confirmed_and_says_so(visitor: Visitor) -> None:
    visitor.sign_in("verifier")
    report_id = add_report(visitor.db, "Entah di mana", place_code=None, place_name=None)
    answer = decide(visitor, report_id, "konfirmasi")
    assert "belum punya lokasi" in visitor.get(answer.headers["Location"]).text


def test_a_verifier_works_on_the_reports_of_their_areas_only(visitor: Visitor) -> None:
    visitor.sign_in("verifier", areas=("31.75",))
    elsewhere = add_report(visitor.db, "Di Selatan")
    here = add_report(visitor.db, "Di Timur", place_code="31.75.03.1001")
    nowhere = add_report(visitor.db, "Tanpa tempat", place_code=None, place_name=None)
    page = visitor.get("/laporan").text
    assert "Di Timur" in page and "Tanpa tempat" in page and "Di Selatan" not in page
    assert "Di Selatan" not in visitor.get("/laporan?wilayah=31.74").text
    assert "Di Selatan" not in visitor.get("/laporan.csv").text
    assert visitor.get(f"/laporan/{elsewhere}").status_code == 403
    assert visitor.get(f"/laporan/{elsewhere}/koreksi").status_code == 403
    answer = visitor.post(f"/laporan/{elsewhere}/konfirmasi", revision="1")
    assert answer.status_code == 403
    assert state_of(visitor, elsewhere)[0] == "draf"
    for report_id in (here, nowhere):
        assert visitor.get(f"/laporan/{report_id}").status_code == 200


def test_a_verifier_who_is_an_official_too_decides_in_their_areas_only(visitor: Visitor) -> None:
    visitor.sign_in("verifier", "official", areas=("31.74",))
    elsewhere = add_report(visitor.db, "Di Timur", place_code="31.75.03.1001", urgency=4)
    here = add_report(visitor.db, "Di Selatan")
    other = add_report(visitor.db, "Di Selatan juga")
    assert "Konfirmasi</button>" not in visitor.get(f"/laporan/{elsewhere}").text
    for what in ("konfirmasi", "tolak", "koreksi", "batalkan"):
        answer = visitor.post(f"/laporan/{elsewhere}/{what}", revision="1", alasan="x", title="x")
        assert answer.status_code == 403
    assert state_of(visitor, elsewhere) == ("draf", 1)
    # On to the next that they may decide on, not to the most urgent of all.
    assert decide(visitor, here, "konfirmasi").headers["Location"] == f"/laporan/{other}"


def test_nobody_confirms_what_they_have_just_moved_out_of_their_areas(visitor: Visitor) -> None:
    visitor.sign_in("verifier", areas=("31.74",))
    report_id = add_report(visitor.db, "Salah tempat")
    moved = {"place_code": "31.75.03.1001", "place_name": ""}
    answer = decide(visitor, report_id, "koreksi", **moved, lalu="konfirmasi")
    assert answer.status_code == 422 and "di luar wilayah Anda" in answer.text
    assert state_of(visitor, report_id) == ("draf", 1)
    decide(visitor, report_id, "koreksi", **moved)
    assert state_of(visitor, report_id) == ("draf", 2)
    assert visitor.post(f"/laporan/{report_id}/konfirmasi", revision="2").status_code == 403


def test_a_decision_that_somebody_else_took_since_is_not_taken_back(site: Flask) -> None:
    sari = Visitor(site).sign_in("verifier", username="sari")
    budi = Visitor(site).sign_in("verifier", username="budi")
    report_id = add_report(sari.db, "Lampu mati")
    decide(sari, report_id, "koreksi", title="Lampu taman mati")
    page = sari.get(f"/laporan/{report_id}").text
    hidden = dict(re.findall(r'name="(revision|seen|posts)" value="([^"]+)"', page))
    decide(budi, report_id, "konfirmasi")
    answer = sari.post(f"/laporan/{report_id}/batalkan", **hidden)
    assert answer.status_code == 409 and "berubah setelah Anda membukanya" in answer.text
    assert state_of(sari, report_id) == ("diverifikasi", 3)


def test_an_official_reads_but_does_not_decide(visitor: Visitor) -> None:
    visitor.sign_in("official")
    report_id = add_report(visitor.db, "Lampu mati")
    page = visitor.get(f"/laporan/{report_id}").text
    assert "Konfirmasi</button>" not in page
    assert visitor.post(f"/laporan/{report_id}/konfirmasi", revision="1").status_code == 403


def test_an_unknown_report_and_a_mangled_form_are_answered_in_words(visitor: Visitor) -> None:
    visitor.sign_in("verifier")
    report_id = add_report(visitor.db, "Lampu mati")
    assert visitor.post("/laporan/999/konfirmasi", revision="1").status_code == 404
    for revision in ("", "abc", "-1", "9" * 30):
        answer = visitor.post(f"/laporan/{report_id}/konfirmasi", revision=revision)
        assert answer.status_code == 400
    assert visitor.post(f"/laporan/{report_id}/batalkan").status_code == 400
    assert visitor.post("/laporan/999/batalkan", revision="1").status_code == 404
    answer = visitor.post(f"/laporan/{report_id}/batalkan", revision="1")
    assert "Tidak ada keputusan" in visitor.get(answer.headers["Location"]).text


def test_tabs_count_reports_by_state(visitor: Visitor) -> None:
    visitor.sign_in("verifier")
    for number in range(3):
        add_report(visitor.db, f"Lampu {number}", state="ditolak" if number else "draf")
    page = re.sub(r"\s+", " ", visitor.get("/laporan?status=ditolak").text)
    assert 'Draf <span class="count">1</span>' in page
    assert 'aria-current="page">Ditolak <span class="count">2</span>' in page


def test_the_queue_pages_on_without_losing_a_report(visitor: Visitor) -> None:
    visitor.sign_in("verifier")
    for number in range(33):
        add_report(visitor.db, f"Lampu nomor {number:02}")
    first = visitor.get("/laporan").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = visitor.get(following[1].replace("&amp;", "&")).text
    assert len(set(re.findall(r"Lampu nomor \d\d", first + second))) == 33


def test_invented_evidence_marks_the_page(visitor: Visitor) -> None:
    visitor.sign_in("verifier")
    report_id = add_report(visitor.db, "Lampu mati", invented=True)
    add_post(visitor.db, "lain")
    for path in ("/laporan", f"/laporan/{report_id}", f"/laporan/{report_id}/tolak"):
        assert "Data contoh" in visitor.get(path).text
