"""What a file is, told from its content."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from collectors import UnreadableFile, guess_reading
from collectors.formats import detect

TWEET = {"id": "1990000000000000001", "text": "banjir di gang", "edit_history_tweet_ids": ["1"]}
PAGE = {"data": [TWEET], "meta": {"result_count": 1}}
OLD = {"id_str": "1990000000000000001", "full_text": "banjir di gang", "entities": {}}
ROW = {"id": "a1", "text": "banjir di gang"}


@pytest.mark.parametrize(
    ("content", "format", "lines"),
    [
        ("isi;waktu\nbanjir di sini;24/11/2025\n", "csv", False),
        (json.dumps(ROW) + "\n" + json.dumps(ROW), "jsonl", True),
        ("rusak {\n" + (json.dumps(ROW) + "\n") * 3, "jsonl", True),
        (json.dumps([ROW, ROW], indent=2), "json", False),
        ("[\n" + json.dumps(ROW) + ",\n" + json.dumps(ROW) + "\n]", "json", False),
        (json.dumps(ROW, indent=1) + "\n" + json.dumps(ROW, indent=1), "json", False),
        (json.dumps(PAGE, indent=2), "x-pages", False),
        (json.dumps(PAGE) + "\n" + json.dumps(PAGE), "x-pages", True),
        (json.dumps([PAGE, PAGE]), "x-pages", False),
        (json.dumps({"data": TWEET, "matching_rules": []}), "x-pages", True),
        (json.dumps({"meta": {"result_count": 0}}), "x-pages", True),
        (json.dumps(TWEET) + "\n" + json.dumps(TWEET), "x-posts", True),
        (json.dumps(OLD), "x-posts", True),
        ("window.YTD.tweets.part0 = [" + json.dumps({"tweet": OLD}) + "]", "x-archive", False),
        (json.dumps([{"tweet": OLD}]), "x-archive", False),
    ],
)
def test_content_decides_whatever_the_name_says(
    tmp_path: Path, content: str, format: str, lines: bool
) -> None:
    for name, data in (
        ("a.csv", content.encode()),
        ("b.bin", gzip.compress(content.encode())),
        ("c.json", b"\xef\xbb\xbf" + content.encode()),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        found = detect(path)
        assert (found.format, found.lines) == (format, lines)


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("isi,waktu\nmacet; parah; sekali,1\nya; ya,2\n", ","),
        ("isi;waktu\nmacet, parah, sekali;1\nya, ya;2\n", ";"),
        ("isi\twaktu\nmacet, parah\t1\n", "\t"),
        ("isi|waktu\nmacet, parah|1\n", "|"),
        ("isi\nmacet saja\n", ","),
        ('LAPORAN WARGA\n\nisi;waktu\n"a;b\nc";1\nd;2\ne;3\n', ";"),
    ],
)
def test_the_delimiter_is_the_one_that_gives_even_rows(
    tmp_path: Path, content: str, delimiter: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(content)
    assert detect(path).delimiter == delimiter


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b" \n\n\t ", "the file is empty"),
        (gzip.compress(b""), "the file is empty"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old or password-protected Excel"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (b"<!DOCTYPE html><table><tr><td>Isi", "HTML"),
        (b"PK\x03\x04 and no more", "damaged or cut short"),
        (gzip.compress(b"isi\nbanjir\n" * 9)[:15], "damaged|cut short"),
        (bytes(range(256)) * 20, "a binary file"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "laporan.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=said):
        guess_reading(path)


def test_missing_files_folders_and_strange_zips_say_why(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        guess_reading(tmp_path / "none.csv")
    with pytest.raises(UnreadableFile, match="a folder"):
        guess_reading(tmp_path)
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "isi\nbanjir\n")
    with pytest.raises(UnreadableFile, match="unpack it"):
        guess_reading(path)
    path.write_text("isi\nbanjir\n")
    with pytest.raises(UnreadableFile, match="no such encoding"):
        guess_reading(path, encoding="utf-9")
    with pytest.raises(UnreadableFile, match="no such time zone"):
        guess_reading(path, "Asia/Batavia")
    with pytest.raises(UnreadableFile, match="no such format"):
        guess_reading(path, format="yaml")


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        (b"\x89PNG\r\n", ("ini gambar; simpan", "this is an image: save")),
        (b"\xd0\xcf\x11\xe0 ", ("ini Excel lama atau berkata sandi; simpan", "this is an old or")),
        (b"<html><body>", ("ini HTML atau XML; simpan", "this is HTML or XML: save")),
        (
            b"isi,waktu\n" + bytes(range(1, 9)) * 40,
            ("ini berkas biner; simpan", "this is a binary"),
        ),
    ],
)
def test_a_stranger_is_refused_in_one_sentence_of_each_language(
    tmp_path: Path, content: bytes, sentences: tuple[str, str]
) -> None:
    path = tmp_path / "laporan.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as refused:
        detect(path)
    told = str(refused.value).removeprefix(f"{path}: ").split(" / ")
    assert len(told) == 2
    assert all(said.startswith(begins) for said, begins in zip(told, sentences, strict=True))
