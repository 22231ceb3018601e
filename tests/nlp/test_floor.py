import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.labels import CATEGORIES, KINDS, SENTIMENTS
from nlp.floor import Floor, load_floor, save_floor, weights_folder
from nlp.model import is_sure

FLOOR = load_floor()


def _best(floor: Floor, head: str, text: str) -> str:
    return floor.heads[head].classes[int(floor.probabilities([text])[head][0].argmax())]


def test_the_floor_knows_every_label() -> None:
    assert set(FLOOR.heads["kind"].classes) == set(KINDS)
    assert set(FLOOR.heads["category"].classes) == set(CATEGORIES)
    assert set(FLOOR.heads["sentiment"].classes) == set(SENTIMENTS)


def test_the_floor_answers_plain_cases() -> None:
    lamp = "Mohon perbaikan lampu jalan yang mati di Jl. Melati RT 03 RW 05, sangat gelap"
    assert _best(FLOOR, "kind", lamp) == "laporan"
    assert _best(FLOOR, "category", lamp) == "penerangan_jalan"
    hole = "jln berlubang parahhh di dpn pasar, kapan diperbaiki sih udah banyak yg jatoh"
    assert _best(FLOOR, "category", hole) == "jalan_rusak"
    assert _best(FLOOR, "sentiment", hole) == "negatif"
    news = "16.20 WIB situasi arus lalin di simpang lima terpantau padat merayap"
    assert _best(FLOOR, "kind", news) == "info"


@given(st.lists(st.text(alphabet=st.characters(), max_size=80), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_each_answer_is_independent_of_its_batch(texts: list[str]) -> None:
    together = FLOOR.probabilities(texts)
    for i, text in enumerate(texts):
        alone = FLOOR.probabilities([text])
        for head in together:
            assert np.array_equal(together[head][i], alone[head][0])
            assert abs(together[head][i].sum() - 1) < 1e-9


def test_the_weights_are_small_and_load_without_pickle() -> None:
    size = sum(path.stat().st_size for path in weights_folder().iterdir())
    assert size < 6_000_000
    with np.load(weights_folder() / "floor.npz", allow_pickle=False) as arrays:
        assert all(array.dtype != object for array in arrays.values())


def test_saving_and_loading_changes_no_answer(tmp_path) -> None:  # type: ignore[no-untyped-def]
    save_floor(FLOOR, tmp_path)
    (tmp_path / "card.json").write_bytes((weights_folder() / "card.json").read_bytes())
    texts = ["banjir lagi", "makasih pak"]
    again = load_floor(tmp_path).probabilities(texts)
    for head, found in FLOOR.probabilities(texts).items():
        assert np.array_equal(found, again[head])


def test_an_answer_below_a_threshold_is_not_sure() -> None:
    thresholds = {"kind": 0.8, "category": 0.7}
    assert is_sure(thresholds, "laporan", 0.8, 0.7)
    assert not is_sure(thresholds, "laporan", 0.79, 0.7)
    assert not is_sure(thresholds, "laporan", 0.8, 0.69)
    assert is_sure(thresholds, "luar", 0.8, 0.0)
