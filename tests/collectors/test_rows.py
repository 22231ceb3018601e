"""Any file as a stream of rows, however messy."""

import csv
import gzip
import io
import json
import tracemalloc
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from collectors import BadRow, Reading, UnreadableFile, guess_reading
from collectors.delimited import Record, records
from collectors.jsonvalues import json_values
from collectors.opening import MAX_LINE, text_lines
from collectors.reading import Row
from collectors.rows import read_rows


def read(path: Path, **choices: object) -> list[Row | BadRow]:
    return list(read_rows(path, guess_reading(path, **choices)))  # type: ignore[arg-type]


def good(rows: list[Row | BadRow]) -> list[dict[str, object]]:
    return [dict(row.values) for row in rows if isinstance(row, Row)]


def bad(rows: list[Row | BadRow]) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in rows if isinstance(row, BadRow)]


def test_a_broken_json_line_spoils_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(
        b'{"id": "1", "text": "got mampet lagi pak"}\n'
        b'{"id": "2", "text": "lampu jalan\n'
        b"\n"
        b"[1, 2]\n"
        b'{"id": "3", "text": "sampah \x00menumpuk"}\n'
        b'{"id": "4", "text": "jalan \xff\xfe rusak"}\n'
        b"not json at all\n" + b"[" * 100_000 + b"\n"
        b'{"id": ' + b"9" * 5000 + b"}\n"
        b'{"id": "5", "text": "\\ud83d tanpa pasangan"}\n'
        + '{"id": "6", "text": "macet 😭"}'.encode()
    )
    rows = read(path)
    assert [row["id"] for row in good(rows)] == ["1", "3", "5", "6"]
    assert [line for line, _ in bad(rows)] == [2, 4, 6, 7, 8, 9]
    reasons = dict(bad(rows))
    assert "broken JSON" in reasons[2]
    assert "not a JSON object" in reasons[4]
    assert "not utf-8 at byte" in reasons[6]
    assert "beyond reason" in reasons[8]


def test_a_line_of_ten_megabytes_is_refused_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl.gz"
    with gzip.open(path, "wb", 1) as file:
        file.write(b'{"id": "1", "text": "sebelum"}\n{"id": "2", "text": "')
        for _ in range(100):
            file.write(b"a" * 1_000_000)
        file.write(b'"}\n{"id": "3", "text": "sesudah"}\n')
    reading = guess_reading(path)
    tracemalloc.start()
    rows = list(read_rows(path, reading))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row["id"] for row in good(rows)] == ["1", "3"]
    assert bad(rows) == [(2, "baris melebihi 8 MB / line longer than 8 MB")]
    assert len(rows[1].content) <= 2_000  # type: ignore[union-attr]
    assert peak < 4 * MAX_LINE


def test_a_quote_left_open_spoils_only_its_own_line(tmp_path: Path) -> None:
    path = tmp_path / "keluhan.csv"
    path.write_text(
        "id,isi,tanggal\n"
        '1,"banjir, sudah\nselutut ""parah""",24/11/2025\n'
        '2,"lupa ditutup,24/11/2025\n'
        "3,aman,24/11/2025\n"
        "4,kurang\n"
        "5,kolom,24/11/2025,lebih,banyak\n"
        "6,kosong lebih,24/11/2025,,\n"
        ",,\n"
        '7,pipa 5" bocor,24/11/2025\n'
        '8,"dekat" pasar,24/11/2025\n',
        encoding="utf-8",
    )
    rows = read(path)
    assert [row["id"] for row in good(rows)] == ["1", "3", "6", "7", "8"]
    assert good(rows)[0]["isi"] == 'banjir, sudah\nselutut "parah"'
    assert good(rows)[3]["isi"] == 'pipa 5" bocor'
    assert bad(rows) == [
        (4, "tanda kutip dibuka tetapi tidak ditutup / quotation mark opened and never closed"),
        (6, "2 kolom, seharusnya 3 / 2 columns where the header has 3"),
        (7, "5 kolom, seharusnya 3 / 5 columns where the header has 3"),
    ]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_texts_are_right_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "laporan.csv"
    texts = ["café tutup jalan – macet “parah”", "suhu 34° di “Senayan” siang", "biasa saja kok"]
    body = "isi laporan;pelapor\r\n" + "".join(f"{text};budi\r\n" for text in texts)
    path.write_bytes(body.encode(encoding))
    assert [row["isi laporan"] for row in good(read(path))] == texts


def test_latin_1_controls_and_old_mac_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"teks,akun\rjalan rusak di sini,a\rdan di sana juga,b\r")
    assert [row["teks"] for row in good(read(path))] == ["jalan rusak di sini", "dan di sana juga"]
    path.write_bytes("teks\njalan \x81rusak é di sini\n".encode("latin-1"))
    assert len(good(read(path, encoding="latin-1"))) == 1


def test_lines_of_two_encodings_in_one_file_are_both_read(tmp_path: Path) -> None:
    path = tmp_path / "campur.csv"
    lines = ["sejak “Jumat” macet".encode("cp1252")] * 3 + ["banjir 😭 sampai “sini”".encode()]
    path.write_bytes(b"teks\n" + b"\n".join(lines) + b"\n")
    texts = [row["teks"] for row in good(read(path))]
    assert texts == ["sejak “Jumat” macet"] * 3 + ["banjir 😭 sampai “sini”"]


def test_few_spoilt_lines_in_utf_8_go_to_quarantine_and_can_be_read_otherwise(
    tmp_path: Path,
) -> None:
    path = tmp_path / "campur.csv"
    lines = ["sejak “Jumat” macet".encode("cp1252")] + ["banjir 😭 di sini".encode()] * 3
    path.write_bytes(b"teks\n" + b"\n".join(lines) + b"\n")
    assert [line for line, _ in bad(read(path))] == [2]
    assert not bad(read(path, encoding="cp1252"))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('[{"a": 1}, {"a": "x]}{["}, {"b": {"c": [1, 2]}}]', [{"a": 1}, {"a": "x]}{["}, None]),
        ('{"a": 1}\n{\n "a": "\\"}\\\\" }\n', [{"a": 1}, {"a": '"}\\'}]),
        ('[{"a": 1}][{"a": 2}]', [{"a": 1}, {"a": 2}]),
        ('window.YTD.tweets.part0 = [ {"a": "é😭"} ]', [{"a": "é😭"}]),
        ("[]", []),
        ('["banjir", {"a": 1}]', ["banjir", {"a": 1}]),
    ],
)
@pytest.mark.parametrize("step", [1, 3, 1 << 16])
def test_json_values_are_found_wherever_the_chunks_end(
    text: str, values: list[object], step: int
) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(step)

    found = list(json_values(Slow(text.encode()), "utf-8"))
    got = [item.reason if isinstance(item, BadRow) else item[2] for item in found]
    assert got == [{"b": {"c": [1, 2]}} if value is None else value for value in values]


def test_a_broken_value_of_an_array_spoils_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "posts.json"
    path.write_bytes(
        b'[\n {"id": "1", "text": "satu \xc3\xa9 dulu"},\n {"id": "2", "text" "dua"},\n'
        b' {"id": "3", "text": "tak tertutup},\n {"id": "4", "text": "empat kali lapor"},\n'
        b' {"id": "5", "text": "\xff\xfe"},\n {"id": "6", "text": "belum sele'
    )
    rows = read(path)
    assert [row["id"] for row in good(rows)] == ["1", "4"]
    assert len(bad(rows)) >= 3
    assert sum(len(row.content) for row in rows if isinstance(row, BadRow)) > 80


def test_an_excel_sheet_with_titles_and_merged_headings_is_read(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Petunjuk"
    book.active["A1"] = "Isi lembar berikutnya"
    sheet = book.create_sheet("Data")
    sheet["A1"] = "REKAP PENGADUAN WARGA 2025"
    sheet.merge_cells("A1:F1")
    for cell, value in {
        "A3": "No", "B3": "Tanggal", "C3": "Isi Laporan", "D3": "Pelapor", "F3": "Kelurahan",
        "D4": "Nama", "E4": "Telp",
    }.items():  # fmt: skip
        sheet[cell] = value
    for merged in ("A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4"):
        sheet.merge_cells(merged)
    sheet.append(
        [1, datetime(2025, 11, 24, 9, 0), "Got mampet_x000D_\nbau", "Bu Tuti", 812, "Pulo"]
    )
    sheet.append([2, 45985.375, "=1+1", "Pak RT", None, "Pulo"])
    sheet.append([None] * 6)
    sheet.append([3, "24/11/2025", "Lampu mati total", "Ani", None, "Cawang"])
    path = tmp_path / "rekap.xlsx"
    book.save(path)
    reading = guess_reading(path)
    assert (reading.sheet, reading.header_row, reading.header_rows) == ("Data", 4, 2)
    assert reading.columns["text"] == ("Isi Laporan",)
    assert reading.columns["author"] == ("Pelapor Nama",)
    assert reading.columns["place"] == ("Kelurahan",)
    rows = list(read_rows(path, reading))
    assert [row.line for row in rows] == [5, 6, 8]
    assert good(rows)[0]["Tanggal"] == datetime(2025, 11, 24, 9, 0)
    assert good(rows)[0]["Isi Laporan"] == "Got mampet\r\nbau"
    assert good(rows)[1]["Tanggal"] == "45985.375"


def test_a_workbook_may_be_packed_and_a_spoilt_one_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["teks", "id"])
    book.active.append(["banjir di depan gang", 1234567890123456789])
    buffer = io.BytesIO()
    book.save(buffer)
    packed = tmp_path / "a.xlsx.gz"
    packed.write_bytes(gzip.compress(buffer.getvalue()))
    assert good(read(packed)) == [{"teks": "banjir di depan gang", "id": "1.23457E+18"}]
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(buffer.getvalue()[:-400])
    with pytest.raises(UnreadableFile, match="damaged"):
        guess_reading(broken)


def test_a_packed_file_cut_short_gives_its_rows_first(tmp_path: Path) -> None:
    lines = b"".join(b'{"id": "%d", "text": "laporan nomor %d"}\n' % (n, n) for n in range(20_000))
    path = tmp_path / "posts.jsonl.gz"
    path.write_bytes(gzip.compress(lines)[:-3_000])
    seen = []
    with pytest.raises(UnreadableFile, match="cut short"):
        seen.extend(row.line for row in read_rows(path, Reading("jsonl", lines=True)))
        for row in read_rows(path, Reading("jsonl", lines=True)):
            seen.append(row.line)
    assert len(seen) > 1_000
    assert seen == list(range(1, len(seen) + 1))


@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30),
            min_size=2,
            max_size=4,
        ).filter(lambda cells: any(cell.strip() for cell in cells)),
        max_size=8,
    ),
    st.sampled_from(",;\t|"),
)
def test_what_was_written_as_csv_is_read_again(table: list[list[str]], delimiter: str) -> None:
    # Bare carriage returns inside a field are kept by no two programs alike.
    table = [[c.replace("\r", "\n").replace("\ufeff", "") for c in cells] for cells in table]
    table = [cells for cells in table if any(cell.strip() for cell in cells)]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)
    lines = text_lines(io.BytesIO(out.getvalue().encode()), "utf-8")
    got = [r.cells for r in records(lines, delimiter) if isinstance(r, Record)]
    assert got == table


@example(b"\x00\x00\xfe\xff\x00\x00")
@given(st.binary(max_size=400))
def test_no_bytes_at_all_stop_the_reader(junk: bytes) -> None:
    for encoding in ("utf-8", "cp1252", "utf-16"):
        list(records(text_lines(io.BytesIO(junk), encoding), ",", 3))
        list(json_values(io.BytesIO(junk), encoding))


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=20), min_size=1), max_size=5))
def test_any_json_array_is_read_value_by_value(values: list[dict[str, str]]) -> None:
    for ascii_only in (True, False):
        text = json.dumps(values, ensure_ascii=ascii_only, indent=1)
        try:
            data = text.encode()
        except UnicodeEncodeError:
            continue
        if "\0" not in text:
            found = list(json_values(io.BytesIO(data), "utf-8"))
            assert [None if isinstance(f, BadRow) else f[2] for f in found] == values
