"""What teaches, what is kept apart, and what counts less."""

from pathlib import Path

import pytest

from nlp.labelled import LabelError, LabelledPost, split_of
from nlp.sentiment_corpus import Feeling, letters, read_feelings
from nlp.training.lessons import of_feelings, of_posts, of_topics


def test_a_text_that_measures_teaches_nothing_in_any_language() -> None:
    feelings = [
        Feeling("Makanannya enak!", "positif", "7"),
        Feeling("Panganane enak", "positif", "7"),
        Feeling("biasa saja", "netral", "8"),
    ]
    kept = of_feelings(feelings, apart=["makanannya ENAK"])
    assert [lesson.text for lesson in kept] == ["biasa saja"]
    assert kept[0].kind is None
    assert kept[0].category is None


def test_a_text_that_two_corpora_share_is_taken_once() -> None:
    twice = [Feeling("Bagus.", "positif"), Feeling("bagus", "positif")]
    assert len(of_feelings(twice, apart=[])) == 1


def test_topics_teach_a_category_only_and_never_test_posts() -> None:
    texts = [f"lampu gang nomor {'abcdefghij'[n % 10] * (n // 10 + 1)}" for n in range(200)]
    rows: list[dict[str, object]] = [{"text": text, "given_topic": "PJU"} for text in texts]
    found = of_topics(rows, {"PJU": "penerangan_jalan"}, labelled={texts[0]})
    assert 0 < len(found) <= 60
    for lesson in found:
        assert split_of(lesson.text) == "train"
        assert lesson.text != texts[0]
        assert (lesson.kind, lesson.category) == (None, "penerangan_jalan")
        assert lesson.weight < 1


def test_labelled_posts_teach_all_heads() -> None:
    (lesson,) = of_posts([LabelledPost("got mampet", "laporan", "banjir", "netral", "random")])
    assert (lesson.kind, lesson.category, lesson.sentiment) == ("laporan", "banjir", "netral")


def test_smsa_and_csv_files_are_read_and_other_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("enak\tpositive\nb\taja\tneutral\njelek\tbukan label\n")
    assert [(f.text, f.sentiment) for f in read_feelings(tmp_path / "a.tsv")] == [
        ("enak", "positif"),
        ("b\taja", "netral"),
    ]
    (tmp_path / "b.csv").write_text("\ufeffid,text,label\n3,kecewa berat,negative\n4,?,apa\n")
    assert read_feelings(tmp_path / "b.csv") == [Feeling("kecewa berat", "negatif", "3")]
    (tmp_path / "c.csv").write_text("Customer Review,Sentiment\nmantap gan,Positive\n")
    assert read_feelings(tmp_path / "c.csv")[0].weight < 1
    for name, content in (("d.csv", "a,b\n1,2\n"), ("e.tsv", "tanpa tab\n")):
        (tmp_path / name).write_text(content)
        with pytest.raises(LabelError, match=name):
            read_feelings(tmp_path / name)


def test_letters_are_equal_for_the_same_words() -> None:
    assert letters("Wah, ENAK banget!!") == letters("wah enak   banget")
