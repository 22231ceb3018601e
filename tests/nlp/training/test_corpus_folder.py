"""What is found where in a folder of texts."""

from pathlib import Path

import pytest

from nlp.labelled import LabelError
from nlp.training import open_corpus


def _write(path: Path, content: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_each_file_is_taken_for_what_it_is_for(tmp_path: Path) -> None:
    posts = _write(tmp_path / "posts.jsonl.gz")
    smsa = [_write(tmp_path / f"sentiment/smsa/{name}.tsv") for name in ("train", "test", "valid")]
    javanese = _write(tmp_path / "sentiment/nusax/javanese/train.csv")
    _write(tmp_path / "sentiment/nusax/javanese/test.csv")
    _write(tmp_path / "sentiment/nusax/english/train.csv")
    indonesian = _write(tmp_path / "sentiment/nusax/indonesian/test.csv")
    reviews = _write(tmp_path / "sentiment/toko/Ulasan.csv", "Customer Review,Sentiment\n")
    _write(tmp_path / "sentiment/toko/lain.csv", "a,b\n")
    slang = _write(tmp_path / "lexicons/collex/informal-formal.tsv", "informal\tformal\n")
    found = open_corpus(tmp_path)
    assert found.posts == posts
    assert set(found.sentiment) == {smsa[0], javanese, reviews}
    assert found.test == {"smsa": smsa[1], "nusax": indonesian}
    assert {smsa[1], smsa[2], indonesian} <= set(found.apart)
    assert found.slang == slang


def test_spellings_are_single_words_from_formal_to_typed(tmp_path: Path) -> None:
    _write(tmp_path / "posts.jsonl")
    _write(
        tmp_path / "lexicons/x/informal-formal.tsv",
        "informal\tformal\njln\tjalan\njl\tjalan\n0kmh\t0 kmh\nmksh\tterima kasih\n",
    )
    assert open_corpus(tmp_path).spellings() == {"jalan": ["jln", "jl"]}


def test_a_file_is_the_posts_alone_and_an_empty_folder_is_named(tmp_path: Path) -> None:
    alone = open_corpus(_write(tmp_path / "p.jsonl"))
    assert (alone.sentiment, alone.test, dict(alone.spellings())) == ((), {}, {})
    (tmp_path / "kosong").mkdir()
    with pytest.raises(LabelError, match=r"no posts\.jsonl\.gz"):
        open_corpus(tmp_path / "kosong")
