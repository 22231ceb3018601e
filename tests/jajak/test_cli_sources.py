"""Files through the command line: taken in, looked at, refused in words, tried again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

import nlp
from models import ImportFileRow, PostRow, QuarantineRow, ReportRow
from models.backlog import backlog
from tests.jajak.command_line import Answer, CommandLine

# 1252 is what Excel on Windows writes: a dash and quotation marks that UTF-8 has elsewhere.
OFFICE_CSV = (
    "No Tiket;Tgl Lapor;Isi Laporan;Nama Pelapor\r\n"
    "T-1;24/11/2025 09.15;Lampu jalan di Tebet mati – sudah “seminggu” gelap;Bu Ningsih\r\n"
    'T-2;24/11/2025 21.40;"Got mampet depan SD; air naik\nke teras";Pak Karso\r\n'
    "T-3;25/11/2025 06.05;Sampah belum diangkut di Kemang, bau;Wening\r\n"
)


@pytest.fixture
def jajak(
    tmp_path: Path,
    migrated_sqlite: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    reader: nlp.Reader,
) -> CommandLine:
    return CommandLine(tmp_path / "rumah", monkeypatch, capsys, migrated_sqlite, reader)


@pytest.fixture
def office_csv(tmp_path: Path) -> Path:
    path = tmp_path / "laporan loket.csv"
    path.write_bytes(OFFICE_CSV.encode("cp1252"))
    return path


@pytest.fixture
def broken_jsonl(tmp_path: Path) -> Path:
    path = tmp_path / "kiriman.jsonl"
    good = [
        {"id": f"k{n}", "text": f"banjir di Cawang sudah {n} jam", "time": "2025-11-24T08:00:00Z"}
        for n in range(1, 5)
    ]
    lines = [json.dumps(line).encode() for line in good]
    lines.insert(1, b'{"id": "k9", "text": "terpotong')
    lines.insert(3, b'{"id": "k8", "text": "   ", "time": "2025-11-24T08:00:00Z"}')
    lines.append(b'{"id": "k7", "text": "jam berapa ini", "time": "31/31/2025 08:00"}')
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def texts(jajak: CommandLine) -> dict[str, str]:
    with jajak.db.reading() as session:
        return {row.source_id: row.text for row in session.scalars(select(PostRow))}


def rows_of(jajak: CommandLine, table: type) -> int:
    with jajak.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def assert_one_plain_sentence(answer: Answer) -> None:
    assert answer.status == 2, answer
    assert answer.out == ""
    assert "Traceback" not in answer.err
    assert 0 < len(answer.err.strip().splitlines()) <= 8, answer.err


def test_a_spreadsheet_export_of_an_indonesian_office_is_read_as_it_was_meant(
    jajak: CommandLine, office_csv: Path
) -> None:
    answer = jajak("import", office_csv)
    assert answer.status == 0, answer.err
    assert "3 new posts, 0 known, 0 rows in quarantine" in answer.told
    assert texts(jajak) == {
        "T-1": "Lampu jalan di Tebet mati – sudah “seminggu” gelap",
        "T-2": "Got mampet depan SD; air naik\nke teras",
        "T-3": "Sampah belum diangkut di Kemang, bau",
    }
    with jajak.db.reading() as session:
        times = session.scalars(select(PostRow.posted_at).order_by(PostRow.source_id)).all()
        assert [f"{time:%d %H:%M}" for time in times if time] == [
            "24 02:15",
            "24 14:40",
            "24 23:05",
        ]
        assert session.scalar(select(func.count(PostRow.author_id))) == 3
    stored = (jajak.home / "jajak.db").read_bytes()
    assert b"Ningsih" not in stored, "a name was stored"


def test_an_excel_sheet_with_a_title_and_a_merged_heading_is_read_below_them(
    jajak: CommandLine, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Rekap aduan warga, November 2025"])
    sheet.merge_cells("A1:E1")
    sheet.append([])
    sheet.append(["No Tiket", "Isi Aduan", "Waktu", "Lokasi", None])
    sheet.append([None, None, None, "Kelurahan", "Jalan"])
    sheet.merge_cells("D3:E3")
    for row in (
        ["A-01", "trotoar rusak parah, ibu saya jatuh", "24/11/2025 07:30", "Tebet", "Jl. Saharjo"],
        ["A-02", "air PAM mati sejak subuh", "24/11/2025 08:10", "Tomang", "Jl. Mandala"],
    ):
        sheet.append(row)
    path = tmp_path / "rekap.xlsx"
    book.save(path)
    answer = jajak("import", path)
    assert answer.status == 0, answer.err
    assert texts(jajak) == {
        "A-01": "trotoar rusak parah, ibu saya jatuh",
        "A-02": "air PAM mati sejak subuh",
    }
    with jajak.db.reading() as session:
        tags = session.scalars(select(PostRow.place_tag).order_by(PostRow.source_id)).all()
    assert all("Tebet" in (tag or "") or "Tomang" in (tag or "") for tag in tags), tags


def test_broken_lines_go_to_quarantine_and_stop_no_other(
    jajak: CommandLine, broken_jsonl: Path
) -> None:
    answer = jajak("import", broken_jsonl)
    assert answer.status == 0, answer.err
    assert "4 new posts, 0 known, 3 rows in quarantine (import 1)" in answer.told
    assert "jajak quarantine list --import 1" in answer.told
    assert set(texts(jajak)) == {"k1", "k2", "k3", "k4"}


def test_progress_and_results_leave_standard_output_empty(
    jajak: CommandLine, office_csv: Path
) -> None:
    for words in (["import", office_csv, "--process"], ["collect"], ["process"], ["annotate"]):
        answer = jajak(*words)
        assert answer.status == 0, answer.err
        assert answer.out == "", words
        assert answer.err, words


def test_a_real_process_refuses_one_file_and_keeps_what_the_other_brought(
    jajak: CommandLine, office_csv: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jajak.cli", "import", str(office_csv), "tidak-ada.csv"],
        env=os.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"3 new posts" in done.stderr
    assert b"tidak-ada.csv" in done.stderr
    assert b"Traceback" not in done.stderr
    assert rows_of(jajak, PostRow) == 3


def test_a_dry_run_shows_how_a_file_would_be_read_and_stores_nothing(
    jajak: CommandLine, office_csv: Path
) -> None:
    before = jajak.digest()
    answer = jajak("import", office_csv, "--dry-run", "--process")
    assert answer.status == 0, answer.err
    for shown in ("csv", "cp1252", "';'", "Isi Laporan", "T-1", "Lampu jalan di Tebet"):
        assert shown.casefold() in answer.told.casefold(), shown
    assert jajak.digest() == before
    assert rows_of(jajak, ImportFileRow) == 0


def test_a_preview_shows_no_telephone_number_and_no_sign_that_a_terminal_obeys(
    jajak: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "aneh.jsonl"
    path.write_text(
        json.dumps({"id": "1", "text": "\x1b[31mhubungi 0812-0000-1234 [bold]ya[/nope]"}) + "\n"
    )
    answer = jajak("import", path)
    assert answer.status == 0, answer.err
    assert "0812-0000-1234" not in answer.err
    assert "\x1b" not in answer.err
    assert "[bold]ya" in answer.told


def test_a_column_that_is_named_goes_before_the_guess(jajak: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "dua.csv"
    path.write_text(
        "id,text,catatan,author\n"
        "1,diteruskan ke dinas,jalan berlubang di Klender,Bu Wiji\n"
        "2,diteruskan ke dinas,pohon tumbang di Tebet,Pak Slamet\n"
    )
    answer = jajak("import", path, "--column", "text=catatan", "--column", "author=")
    assert answer.status == 0, answer.err
    assert set(texts(jajak).values()) == {"jalan berlubang di Klender", "pohon tumbang di Tebet"}
    with jajak.db.reading() as session:
        assert session.scalar(select(func.count(PostRow.author_id))) == 0


def test_a_source_keeps_two_files_apart_whose_ids_both_count_from_one(
    jajak: CommandLine, tmp_path: Path
) -> None:
    for name in ("timur", "barat"):
        path = tmp_path / f"{name}.csv"
        path.write_text(f"id,text\n1,lampu mati di Jakarta {name}\n2,got mampet di {name}\n")
        assert jajak("import", path, "--source", f"loket_{name}").status == 0
    with jajak.db.reading() as session:
        sources = sorted(session.scalars(select(PostRow.source)))
    assert sources == ["loket_barat", "loket_barat", "loket_timur", "loket_timur"]


def test_posts_that_are_known_with_another_text_are_told_of(
    jajak: CommandLine, tmp_path: Path
) -> None:
    for number, text in enumerate(("lampu mati di Tebet", "sampah menumpuk di Senen")):
        path = tmp_path / f"berkas{number}.csv"
        path.write_text(f"id,text\n1,{text}\n")
        answer = jajak("import", path, "--source", "loket")
        assert answer.status == 0, answer.err
    assert "1 known posts have another text here" in answer.told
    assert texts(jajak) == {"1": "lampu mati di Tebet"}


def test_the_same_file_twice_changes_nothing(
    jajak: CommandLine, office_csv: Path, broken_jsonl: Path, tmp_path: Path
) -> None:
    assert jajak("import", office_csv, broken_jsonl, "--process").status == 0
    before = jajak.digest()
    assert {table.table: table.rows for table in before}["post"] == 7
    copy = tmp_path / "elsewhere" / office_csv.name
    copy.parent.mkdir()
    copy.write_bytes(office_csv.read_bytes())
    assert jajak("import", office_csv, broken_jsonl, copy, "--process").status == 0
    assert jajak.digest() == before


def test_what_is_imported_with_process_ends_as_drafts(jajak: CommandLine, posts_file: Path) -> None:
    answer = jajak("import", posts_file, "--process")
    assert answer.status == 0, answer.err
    with jajak.db.reading() as session:
        assert backlog(session).total == 0
    assert rows_of(jajak, PostRow) == 1495
    assert rows_of(jajak, ReportRow) > 0


def test_the_inbox_is_taken_in_once(jajak: CommandLine, office_csv: Path) -> None:
    jajak.monkeypatch.setenv("JAJAK_INBOX_SETTLE_SECONDS", "0")
    inbox = jajak.home / "inbox"
    inbox.mkdir(parents=True)
    office_csv.rename(inbox / office_csv.name)
    assert "3 rows taken" in jajak("collect").told
    assert "0 rows taken" in jajak("collect").told


def test_quarantine_names_file_line_and_reason(jajak: CommandLine, broken_jsonl: Path) -> None:
    assert jajak("quarantine", "list").out.strip() == "Nothing is in quarantine."
    assert jajak("quarantine", "list", "--json").out == ""
    jajak("import", broken_jsonl)
    table = jajak("quarantine", "list")
    assert table.status == 0
    assert broken_jsonl.name in table.out
    answer = jajak("quarantine", "list", "--json")
    rows = [json.loads(line) for line in answer.out.splitlines()]
    assert [row["line"] for row in rows] == [2, 4, 7]
    assert {row["import"] for row in rows} == {1}
    assert {row["file"] for row in rows} == {str(broken_jsonl)}
    assert all(row["reason"] for row in rows)
    assert "terpotong" in rows[0]["content"]
    assert jajak("quarantine", "list", "--json", "--import", 2).out == ""


def test_quarantine_shows_no_telephone_number(jajak: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "nomor.jsonl"
    path.write_text('{"text": "lampu mati"}\n{"text": "hubungi 0812-0000-1234 segera\n')
    jajak("import", path)
    for words in (["quarantine", "list"], ["quarantine", "list", "--json"]):
        answer = jajak(*words)
        assert "hubungi" in answer.out
        assert "0812-0000-1234" not in answer.out


def test_refused_rows_are_read_again_with_another_order_of_dates(
    jajak: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "amerika.csv"
    path.write_text(
        "id,text,time\n1,macet di Tomang,03/04/2025 07:00\n2,banjir di Tebet,04/25/2025 08:00\n"
    )
    assert "1 new posts, 0 known, 1 rows" in jajak("import", path, "--date-order", "dmy").told
    again = jajak("quarantine", "retry", path, "--import", 1)
    assert "1 rows tried: 0 new posts, 0 known, 1 still refused" in again.told
    answer = jajak("quarantine", "retry", path, "--import", 1, "--date-order", "mdy")
    assert answer.status == 0, answer.err
    assert answer.out == ""
    assert "1 rows tried: 1 new posts, 0 known, 0 still refused" in answer.told
    assert jajak("quarantine", "list", "--json").out == ""
    with jajak.db.reading() as session:
        moment = session.scalar(select(PostRow.posted_at).where(PostRow.source_id == "2"))
        assert moment is not None
        assert f"{moment:%m-%d}" == "04-25"
    assert "0 rows tried" in jajak("quarantine", "retry", path, "--import", 1).told


def test_refused_rows_are_read_again_from_another_column(
    jajak: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "kosong.csv"
    path.write_text("id,text,catatan\n1,macet,a\n2,,pohon tumbang di Klender\n3,got mampet,c\n")
    jajak("import", path)
    answer = jajak("quarantine", "retry", path, "--import", 1, "--column", "text=catatan")
    assert "1 rows tried: 1 new posts" in answer.told
    assert texts(jajak) == {"1": "macet", "2": "pohon tumbang di Klender", "3": "got mampet"}
    with jajak.db.reading() as session:
        assert session.scalar(select(QuarantineRow.resolved_at)) is not None


def test_a_retry_of_an_import_that_there_never_was_is_refused_in_words(
    jajak: CommandLine, office_csv: Path
) -> None:
    answer = jajak("quarantine", "retry", office_csv, "--import", 9)
    assert_one_plain_sentence(answer)
    assert "jajak quarantine list" in answer.told


def test_a_retry_from_another_file_is_refused_in_words(
    jajak: CommandLine, broken_jsonl: Path, office_csv: Path
) -> None:
    jajak("import", broken_jsonl)
    assert_one_plain_sentence(jajak("quarantine", "retry", office_csv, "--import", 1))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--column", "text=tiada"], "tiada"),
        (["--column", "warna=Isi Laporan"], "warna"),
        (["--column", "Isi Laporan"], "FIELD=COLUMN"),
        (["--column", "text=Isi Laporan", "--column", "text=No Tiket"], "text"),
        (["--column", "text="], "--column"),
        (["--format", "docx"], "docx"),
        (["--encoding", "utf-9"], "utf-9"),
        (["--delimiter", ";;"], "delimiter"),
        (["--zone", "Asia/Atlantis"], "Asia/Atlantis"),
        (["--date-order", "ymd"], "ymd"),
        (["--header-row", "satu"], "--header-row"),
        (["--header-row", "-3"], "header"),
        (["--warna", "merah"], "--warna"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_option_that_cannot_be_used_is_named(
    jajak: CommandLine, office_csv: Path, options: list[str], named: str
) -> None:
    answer = jajak("import", office_csv, *options)
    assert_one_plain_sentence(answer)
    assert named in answer.told
    assert rows_of(jajak, PostRow) == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("kosong.csv", b""),
        ("potret.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20),
        ("rusak.xlsx", b"PK\x03\x04" + b"\0" * 100),
        ("potong.csv.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
        ("angka.csv", b"a,b\n1,2\n3,4\n"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence_that_names_it(
    jajak: CommandLine, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    answer = jajak("import", path)
    assert_one_plain_sentence(answer)
    assert name in answer.err.replace("\n", "")
    assert rows_of(jajak, PostRow) == 0


def test_a_missing_file_and_a_folder_are_refused_in_words(
    jajak: CommandLine, tmp_path: Path
) -> None:
    for path in (tmp_path / "tiada.csv", tmp_path):
        answer = jajak("import", path)
        assert_one_plain_sentence(answer)
        assert path.name in answer.err.replace("\n", "")
