"""A first reading of a file: guessed, shown, and changed."""

import json
from pathlib import Path

import pytest

from collectors import BadRow, Reading, UnreadableFile, guess_reading, preview
from collectors.guess import source_name
from models import Post

KEY = b"k" * 32


def written(tmp_path: Path, text: str, name: str = "keluhan warga (1).csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_an_indonesian_table_is_understood(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "DINAS KOMUNIKASI;;;;;;;\nDicetak 24/11/2025;;;;;;;\n\n"
        "No;Nomor Laporan;Tgl Lapor;Nama Pelapor;Isi Laporan;Alamat;Kelurahan;Kecamatan\n"
        "1;JK-01;24/11/2025 09.00;Bu Tuti;Got mampet, bau;Jl. Kemuning II\\n;Pulo;Tebet\n"
        "2;JK-02;;;Lampu padam;-;Pulo;Pulo\n"
        "3;JK-03;32/11/2025;Ani;Jalan rusak;;;\n"
        "4;JK-04;24/11/2025;Ani;   ;;;\n",
    )
    reading = guess_reading(path)
    assert (reading.delimiter, reading.header_row, reading.source) == (";", 4, "keluhan_warga")
    assert dict(reading.columns) == {
        "id": ("Nomor Laporan",),
        "time": ("Tgl Lapor",),
        "author": ("Nama Pelapor",),
        "text": ("Isi Laporan",),
        "place": ("Alamat", "Kelurahan", "Kecamatan"),
    }
    first, second, third, fourth = preview(path, reading, KEY)
    assert isinstance(first, Post)
    assert (first.source_id, first.text) == ("JK-01", "Got mampet, bau")
    assert str(first.posted_at) == "2025-11-24 02:00:00+00:00"
    assert first.place_tag == "Jl. Kemuning II, Pulo, Tebet"
    assert first.author is not None
    assert "Tuti" not in first.author
    assert isinstance(second, Post)
    assert (second.place_tag, second.posted_at, second.author) == ("Pulo", None, None)
    assert isinstance(third, BadRow)
    assert (third.line, "unreadable time" in third.reason) == (7, True)
    assert isinstance(fourth, BadRow)
    assert fourth.reason == "teks kosong / empty text"


def test_what_a_source_says_of_a_post_is_kept_beside_it(tmp_path: Path) -> None:
    rows = [
        {"source": "kanal_a", "id": "a1", "text": "selokan penuh sampah", "time": "1763949600",
         "given_address": "Jl. Melati 3", "given_kelurahan": "Pulo", "given_kecamatan": "Tebet",
         "given_topic": "Sampah", "given_contact": "Wiji", "answered": "2025-11-25"},
        {"source": "kanal_b", "id": "b1", "text": "macet lagi pagi ini", "given_city": "Bekasi",
         "given_sentiment": ["marah"]},
    ]  # fmt: skip
    path = written(tmp_path, "\n".join(map(json.dumps, rows)), "posts.jsonl")
    first, second = preview(path, guess_reading(path), KEY)
    assert isinstance(first, Post)
    assert (first.source, first.source_id) == ("kanal_a", "a1")
    assert first.place_tag == "Jl. Melati 3, Pulo, Tebet"
    assert first.extra == {"given_topic": "Sampah"}
    assert isinstance(second, Post)
    assert (second.source, second.place_tag, second.posted_at) == ("kanal_b", "Bekasi", None)
    assert second.extra == {"given_sentiment": '["marah"]'}


def test_a_table_of_x_posts_gives_the_same_posts_as_x_itself(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "conversation_id_str,created_at,full_text,id_str,location,tweet_url,user_id_str,username\n"
        "1,Mon Nov 24 02:00:00 +0000 2025,banjir di gang kami,1990000000000000001,di hatimu,"
        "https://x.com/warga/status/1990000000000000001,77,warga\n"
        "1,Mon Nov 24 02:00:00 +0000 2025,masih banjir,1.99E+18,,"
        "https://twitter.com/warga/status/1990000000000000002,77,warga\n",
    )
    reading = guess_reading(path)
    assert reading.source == "x"
    assert "place" not in reading.columns
    assert reading.columns["author"] == ("user_id_str",)
    first, second = preview(path, reading, KEY)
    assert isinstance(first, Post)
    assert isinstance(second, Post)
    assert first.url == "https://x.com/i/web/status/1990000000000000001"
    assert [first.source_id, second.source_id] == ["1990000000000000001", "1990000000000000002"]


def test_columns_without_telling_names_are_known_by_their_values(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "a,b,c,d\n"
        + "".join(
            f"{n},2025-11-{n:02} 10:00,sudah {n} hari air tidak mengalir,https://situs.example/{n}\n"
            for n in range(1, 20)
        ),
    )
    reading = guess_reading(path)
    assert dict(reading.columns) == {"time": ("b",), "text": ("c",), "url": ("d",)}


def test_a_table_without_a_header_is_noticed(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "air keruh sudah seminggu;negatif\nterima kasih petugas, cepat sekali;positif\n"
        "jalan di depan sekolah rusak parah sekali;negatif\n",
    )
    reading = guess_reading(path)
    assert (reading.header_row, reading.columns["text"]) == (0, ("column 1",))
    assert len(preview(path, reading, KEY)) == 3


def test_month_first_dates_are_noticed(tmp_path: Path) -> None:
    rows = "".join(f"laporan nomor {n},11/{n}/2025\n" for n in range(10, 20))
    reading = guess_reading(written(tmp_path, "isi,tanggal\n" + rows))
    assert reading.date_order == "mdy"


def test_whatever_was_guessed_can_be_said_better(tmp_path: Path) -> None:
    path = written(tmp_path, "isi,catatan,id\nbanjir besar,cuma catatan,7\n")
    reading = guess_reading(
        path,
        columns={"text": ["CATATAN"], "id": [], "extra": ["isi", "id"]},
        source="loket",
        date_order="mdy",
    )
    assert dict(reading.columns) == {"text": ("catatan",), "extra": ("isi", "id")}
    (post,) = preview(path, reading, KEY)
    assert isinstance(post, Post)
    assert (post.source, post.text, len(post.source_id)) == ("loket", "cuma catatan", 64)
    assert post.extra == {"isi": "banjir besar", "id": "7"}
    with pytest.raises(UnreadableFile, match=r"no column 'teks'.*isi, catatan, id"):
        guess_reading(path, columns={"text": ["teks"]})
    with pytest.raises(UnreadableFile, match="no such field: texts"):
        guess_reading(path, columns={"texts": ["isi"]})
    with pytest.raises(UnreadableFile, match="one column only"):
        guess_reading(path, columns={"text": ["isi", "catatan"]})


def test_a_table_without_a_text_asks_which_column_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, "kelurahan,jumlah\nPulo,3\nCawang,5\n")
    with pytest.raises(UnreadableFile, match=r"--column text=.*kelurahan, jumlah"):
        guess_reading(path)
    with pytest.raises(UnreadableFile, match="no rows of data"):
        guess_reading(written(tmp_path, "isi,waktu\n", "a.csv"))


def test_a_reading_is_kept_as_json_and_has_one_name(tmp_path: Path) -> None:
    reading = guess_reading(written(tmp_path, "isi,waktu\nbanjir besar,24/11/2025\n"))
    again = Reading.from_json(json.loads(json.dumps(reading.to_json())))
    assert again == reading
    assert again.sha256 == reading.sha256
    other = guess_reading(tmp_path / "keluhan warga (1).csv", "Asia/Makassar")
    assert other.sha256 != reading.sha256


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("Laporan Warga (2).csv.gz", "laporan_warga"),
        ("Salinan dari komplain.xlsx", "komplain"),
        ("aduan - Copy.jsonl", "aduan"),
        ("?.csv", "berkas"),
        ("x" * 300 + ".csv", "x" * 64),
    ],
)
def test_a_copy_of_a_file_is_the_same_source(name: str, source: str) -> None:
    assert source_name(Path(name)) == source


def test_texts_are_kept_as_written_but_for_what_no_database_holds(tmp_path: Path) -> None:
    text = "<script>alert(1)</script> \u202eterbalik\u202c \u200bنص عربي &amp; 😭\t\n selesai"
    rows = [
        {"id": "1", "text": text},
        {"id": "2", "text": "nol\x00 dan \x1b[31mmerah \ud83d separuh \x85"},
        {"id": "3", "text": "\u200b\u200e \ufeff"},
        {"id": "4", "text": "a" * 20_001},
        {"id": "x" * 300, "text": "nomor panjang", "lat": "-6,2", "lon": "106,8"},
        {"id": "6", "text": 12345, "lat": 0, "lon": 0},
    ]
    path = written(tmp_path, "\n".join(map(json.dumps, rows)), "a.jsonl")
    found = preview(path, guess_reading(path), KEY, 10)
    posts = {post.source_id: post for post in found if isinstance(post, Post)}
    assert posts["1"].text == text
    assert posts["2"].text == "nol dan [31mmerah \ufffd separuh \x85"
    assert [row.reason for row in found if isinstance(row, BadRow)] == [
        "teks kosong / empty text",
        "teks lebih dari 20000 huruf / text longer than 20000 characters",
    ]
    long = next(post for post in posts.values() if post.text == "nomor panjang")
    assert (len(long.source_id), long.lat, long.lon) == (71, -6.2, 106.8)
    assert (posts["6"].text, posts["6"].lat) == ("12345", None)
