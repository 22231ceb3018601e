import json

from models.labels import CATEGORIES, KINDS, SENTIMENTS
from nlp.labelled import (
    fold_of,
    labels_folder,
    read_invented,
    read_topics,
    second_readings,
    split_of,
)


def _rows(name: str) -> list[dict[str, object]]:
    lines = (labels_folder() / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_every_stored_label_is_a_code_of_the_house_and_none_holds_a_text() -> None:
    for name in ("posts.jsonl", "second.jsonl"):
        rows = _rows(name)
        assert [row["id"] for row in rows] == sorted({str(row["id"]) for row in rows})
        for row in rows:
            assert set(row) == {"id", "kind", "category", "sentiment", "place", "drawn"}
            assert row["kind"] in KINDS
            assert row["sentiment"] in SENTIMENTS
            assert (row["category"] is None) == (row["kind"] == "luar")
            assert row["category"] is None or row["category"] in CATEGORIES


def test_at_least_1500_posts_are_labelled_and_some_twice() -> None:
    assert len(_rows("posts.jsonl")) >= 1500
    assert len(second_readings(labels_folder())) >= 100


def test_invented_posts_and_topics_use_the_codes() -> None:
    assert len(read_invented(labels_folder())) > 200
    assert set(read_topics(labels_folder()).values()) <= set(CATEGORIES)


def test_posts_that_open_alike_share_a_split_and_a_fold() -> None:
    letter = "Assalamualaikum Bapak Wali Kota saya warga gang buntu ingin melaporkan hal berikut"
    first, second = letter + " lampu mati", letter + " https://example.com saluran mampet"
    assert split_of(first) == split_of(second)
    assert fold_of(first, 5) == fold_of(second, 5)


def test_splits_have_about_the_planned_sizes() -> None:
    found = [split_of(f"lapor gang {'abcdefghij'[i % 10] * (i // 10 + 1)}") for i in range(2000)]
    assert 0.56 < found.count("train") / 2000 < 0.64
    assert 0.22 < found.count("test") / 2000 < 0.28
