"""A city's own classifier, made on the spot, with and without a label map."""

import json
from pathlib import Path
from typing import Any

import pytest

from nlp import ModelError, load_model
from nlp.own_model import OwnModel

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "banjir", "macet", "jalan", "enak", "parah"]
TEXTS = ("banjir parah", "jalan macet " * 40, "", "enak", "مرحبا 😂 \x00")


def make_classifier(folder: Path, names: list[str], **said: Any) -> Path:
    """A BERT of one small layer with random weights and a word tokenizer."""
    torch.manual_seed(7)
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        id2label=dict(enumerate(names)),
        label2id={label: number for number, label in enumerate(names)},
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    if said:
        (folder / "jajak.json").write_text(json.dumps(said))
    return folder


def test_a_sentiment_classifier_answers_sentiment_and_the_encoder_the_rest(tmp_path: Path) -> None:
    folder = make_classifier(tmp_path / "m", ["Positive", "Neutral", "Negative"])
    model, encoder = load_model(f"hf:{folder}"), load_model("encoder")
    assert model.version.startswith("hf-m-")
    for own, other in zip(model.answers(TEXTS), encoder.answers(TEXTS), strict=True):
        assert own.codes["sentiment"] in ("positif", "netral", "negatif")
        assert own.codes["kind"] == other.codes["kind"]
        assert own.probabilities["category"] == other.probabilities["category"]
        assert own.embedding == other.embedding


def test_a_label_map_says_what_joint_labels_mean(tmp_path: Path) -> None:
    labels = {
        "L0": {"kind": "laporan", "category": "banjir", "sentiment": "negatif"},
        "L1": {"kind": "laporan", "category": "macet", "sentiment": "negatif"},
        "L2": {"kind": "luar", "sentiment": "netral"},
    }
    folder = make_classifier(
        tmp_path / "m", list(labels), labels=labels, threshold={"kind": 0.0, "category": 0.0}
    )
    model = load_model(f"hf:{folder}")
    assert isinstance(model, OwnModel)
    assert model.encoder is None
    for answer in model.answers(TEXTS):
        assert answer.codes["kind"] in ("laporan", "luar")
        assert answer.codes["category"] in ("banjir", "macet")
        assert answer.sure
    (flood,), (jam,), (report,) = (
        model.probabilities_of({head: code}, ["banjir"])[head]
        for code, head in (("banjir", "category"), ("macet", "category"), ("laporan", "kind"))
    )
    assert report == pytest.approx(flood + jam)


def test_neighbours_change_an_answer_by_less_than_a_ten_thousandth(tmp_path: Path) -> None:
    folder = make_classifier(tmp_path / "m", ["positif", "netral", "negatif"])
    model = load_model(f"hf:{folder}")
    together = model.probabilities_of({"sentiment": "netral"}, TEXTS)["sentiment"]
    for text, found in zip(TEXTS, together, strict=True):
        (alone,) = model.probabilities_of({"sentiment": "netral"}, [text])["sentiment"]
        assert alone == pytest.approx(found, abs=1e-4)


def test_other_weights_have_another_version(tmp_path: Path) -> None:
    first = make_classifier(tmp_path / "m", ["positif", "netral", "negatif"])
    second = make_classifier(tmp_path / "n", ["positif", "netral", "negatif"], temperature=2.0)
    versions = {load_model(f"hf:{folder}").version for folder in (first, second)}
    assert len({version.rsplit("-", 1)[1] for version in versions}) == 2


@pytest.mark.parametrize(
    ("labels", "said", "complaint"),
    [
        (["A", "B"], {}, r"label 'A' means.*jajak\.json"),
        (["A", "B"], {"labels": {"A": {"kind": "laporan"}}}, "label 'B' means"),
        (["A"], {"labels": {"A": {"kind": "keluhan"}}}, "'keluhan', which is no code"),
        (
            ["A", "B"],
            {"labels": {"A": {"kind": "tanya", "category": "parkir"}, "B": {"kind": "opini"}}},
            "'B' says nothing of category",
        ),
    ],
)
def test_labels_that_mean_nothing_are_refused_with_the_remedy(
    tmp_path: Path, labels: list[str], said: dict[str, Any], complaint: str
) -> None:
    folder = make_classifier(tmp_path / "m", labels, **said)
    with pytest.raises(ModelError, match=complaint):
        load_model(f"hf:{folder}")


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    for name in ("floors", "", "hf"):
        with pytest.raises(ModelError, match=r"nlp\.model"):
            load_model(name)
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_model(f"hf:{tmp_path / 'kosong'}")


def test_a_label_map_that_is_not_json_is_named(tmp_path: Path) -> None:
    folder = make_classifier(tmp_path / "m", ["positif", "netral", "negatif"])
    for content, complaint in (("{", "not JSON"), ("[]", "not an object")):
        (folder / "jajak.json").write_text(content)
        with pytest.raises(ModelError, match=complaint):
            load_model(f"hf:{folder}")
