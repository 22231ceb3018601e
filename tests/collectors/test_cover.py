"""What is kept of refused rows names nobody."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from collectors import (
    BadRow,
    UnreadableTime,
    guess_reading,
    import_file,
    preview,
    retry_quarantined,
)
from collectors.cover import covered, covered_cells, covered_head
from collectors.reading import bad_row
from models import Database, QuarantineRow

KEY = b"k" * 32

TABLE = (
    "id,waktu,nama pelapor,username,isi,tautan\n"
    "1,24/11/2025 09.00,Wiji Harapan,wiji_h,lampu mati,https://x.com/wiji_h/status/1\n"
    "2,31/11/2025 09.00,Wiji Harapan,wiji_h,cc @wiji_h got mampet,https://x.com/wiji_h/status/2\n"
    "3,Wiji Harapan,Wiji Harapan,wiji_h,jalan rusak,https://x.com/wiji_h/status/3\n"
    "4,24/11/2025 09.00,Wiji Harapan,wiji_h,\n"
    '5,24/11/2025 09.00,Wiji Harapan,"wiji_h,tak tertutup,https://x.com/wiji_h/status/5\n'
    "6,0812-0000-1234,Wiji Harapan,wiji_h,kabel putus,https://x.com/wiji_h/status/6\n"
)


def test_no_name_stands_in_the_quarantine_of_a_table(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "laporan.csv"
    path.write_text(TABLE)
    row = import_file(db, path, guess_reading(path, columns={"time": ["waktu"]}), key=KEY)
    assert (row.posts_new, row.rows_bad) == (1, 5)
    with db.reading() as session:
        kept = {bad.line: (bad.reason, bad.content) for bad in session.scalars(
            select(QuarantineRow)
        )}  # fmt: skip
    for reason, content in kept.values():
        for name in ("Wiji", "wiji", "Harapan", "0000-1234"):
            assert name not in reason + content
    # What helps to mend the row is there.
    assert "'31/11/2025 09.00'" in kept[3][0]
    assert "got mampet" in kept[3][1] and '"id": "2"' in kept[3][1]
    assert "24/11/2025" in kept[5][1]


@pytest.mark.parametrize(
    "tweet",
    [
        {"id": "1", "text": " ", "author_id": "77", "author": {"username": "wiji_h"}},
        {"id_str": "1", "full_text": "a", "created_at": "x",
         "user": {"screen_name": "wiji_h", "name": "Wiji Harapan"}},
    ],
)  # fmt: skip
def test_no_name_stands_in_the_quarantine_of_x_posts(
    tmp_path: Path, tweet: dict[str, object]
) -> None:
    path = tmp_path / "x.jsonl"
    whole = {"id": "2", "id_str": "2", "text": "halo", "full_text": "halo"}
    good = {name: whole.get(name, value) for name, value in tweet.items() if name != "created_at"}
    path.write_text(f"{json.dumps(good)}\n{json.dumps(tweet)}\n{json.dumps(tweet)[:-2]}\n")
    rows = [row for row in preview(path, guess_reading(path), KEY) if isinstance(row, BadRow)]
    assert len(rows) == 2
    for row in rows:
        assert "iji" not in row.reason + row.content
        assert "77" not in row.content
        assert '"1"' in row.content


def test_what_left_quarantine_is_not_kept_twice(sqlite_db: Database, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1", "isi": "a", "waktu": "11/24/2025"}\n' * 2)
    reading = guess_reading(path, date_order="dmy")
    row = import_file(sqlite_db, path, reading, key=KEY)
    result = retry_quarantined(
        sqlite_db, row.id, path, guess_reading(path, date_order="mdy"), key=KEY
    )
    assert (result.tried, result.new, result.known) == (2, 1, 1)
    with sqlite_db.reading() as session:
        assert set(session.scalars(select(QuarantineRow.content))) == {""}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("31/11/2025 09.00", "'31/11/2025 09.00'"),
        ("24 Nop 2025 pukul 25:61 WIB", "'24 Nop 2025 pukul 25:61 WIB'"),
        ("Wiji Harapan", "'… …'"),
        ("+62 812-0000-1234", "'+62 …-…-…'"),
        ("3174051234560001", "'…'"),
    ],
)
def test_of_what_is_no_time_only_the_parts_of_dates_are_told(value: str, shown: str) -> None:
    assert str(UnreadableTime(value)).endswith(shown)


names = st.from_regex(r"[A-Z][a-z]{3,8}( [A-Z][a-z]{3,8}){0,2}", fullmatch=True)


@given(names, st.sampled_from(["nama", "user", "author.username", "screen_name", "Pelapor"]))
def test_a_broken_object_keeps_no_value_of_a_naming_key(name: str, key: str) -> None:
    text = json.dumps({"id": "1", key: name, "isi": "tes"})
    for end in range(len(text)):
        shown = bad_row(1, "", text[:end]).content
        assert name[:4] not in shown or name[:4].casefold() in key


@given(names, st.sampled_from(",;\t|"))
def test_a_row_of_other_columns_keeps_no_cell_that_may_be_a_name(name: str, sign: str) -> None:
    shown = covered_head(covered_cells(sign.join(["7", "24/11/2025", name, "jl. a no. 1"]), sign))
    assert name not in shown and "24/11/2025" in shown


@given(st.text())
def test_covering_takes_any_text(text: str) -> None:
    covered(text)
    assert len(covered_head(text)) <= 120
