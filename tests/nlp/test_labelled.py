import json
from collections import Counter

from models.labels import CATEGORIES, KINDS, SENTIMENTS
from nlp.labelled import (
    blind_readings,
    fold_of,
    labels_folder,
    read_invented,
    read_topics,
    split_of,
)


def _rows(name: str) -> list[dict[str, object]]:
    lines = (labels_folder() / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _assert_codes(row: dict[str, object]) -> None:
    assert row["kind"] in KINDS
    assert row["sentiment"] in SENTIMENTS
    assert (row["category"] is None) == (row["kind"] == "luar")
    assert row["category"] is None or row["category"] in CATEGORIES


def test_every_stored_label_is_a_code_of_the_house_and_none_holds_a_text() -> None:
    rows = _rows("posts.jsonl")
    assert [row["id"] for row in rows] == sorted({str(row["id"]) for row in rows})
    for row in rows:
        assert set(row) == {"id", "kind", "category", "sentiment", "place", "drawn"}
        _assert_codes(row)
    for row in _rows("readings.jsonl"):
        assert set(row) == {"id", "reading", "kind", "category", "sentiment", "place"}
        _assert_codes(row)


def test_at_least_6000_posts_are_labelled_and_800_of_them_twice() -> None:
    assert len(_rows("posts.jsonl")) >= 6000
    assert len(blind_readings(labels_folder())) >= 800


def test_a_third_reading_settles_each_disagreement_of_two() -> None:
    settled = {row["id"]: row for row in _rows("posts.jsonl")}
    third = {row["id"]: row for row in _rows("readings.jsonl") if row["reading"] == 3}
    heads = ("kind", "category", "sentiment")
    for first, second in blind_readings(labels_folder()):
        deciding = third.get(first["id"], first)
        if first["id"] not in third:
            assert all(first[head] == second[head] for head in heads), first["id"]
        assert all(settled[first["id"]][head] == deciding[head] for head in heads), first["id"]


def test_every_category_has_120_examples_or_60_invented_ones_beside_them() -> None:
    labelled = Counter(row["category"] for row in _rows("posts.jsonl"))
    invented = Counter(post.category for post in read_invented(labels_folder()))
    for category in CATEGORIES:
        assert labelled[category] >= 120 or invented[category] >= 60, category


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
