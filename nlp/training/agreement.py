"""How far two blind readers agree: what no model can be expected to exceed by much."""

from pathlib import Path

from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped]

from nlp.labelled import blind_readings
from nlp.model import HEADS


def kappa(labels: Path) -> dict[str, float | int]:
    """Cohen's kappa between the two blind readings, by head, and how many posts had two."""
    pairs = blind_readings(labels)
    agreed: dict[str, float | int] = {
        head: round(
            float(
                cohen_kappa_score(
                    [str(first[head]) for first, _ in pairs],
                    [str(second[head]) for _, second in pairs],
                )
            ),
            3,
        )
        for head in HEADS
    }
    return {**agreed, "n": len(pairs)}
