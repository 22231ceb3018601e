"""Long training: its state on disk after every so many steps, so that it can be stopped.

A run that is killed goes on where its last saved state stands; a state of another recipe, other
data or another stage is not taken up.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from nlp.training.material import Tell

_EVERY_S = 120.0


@dataclass
class Progress:
    """One stage's way from step 0 to ``steps``, kept in ``path``."""

    stage: str
    path: Path
    fingerprint: str
    tell: Tell
    steps: int = 0
    loss: float = 0.0
    _saved: float = field(default_factory=time.monotonic)
    _began: float = field(default_factory=time.monotonic)
    _first: int = 0

    def resume(self, parts: dict[str, Any]) -> int:
        """Bring ``parts`` (things with a ``state_dict``) to the saved state; the step to go on at.

        0 where there is none, or where it is of another fingerprint.
        """
        if not self.path.exists():
            return 0
        saved = torch.load(self.path, weights_only=True)
        if saved["stage"] != self.stage or saved["fingerprint"] != self.fingerprint:
            return 0
        for name, part in parts.items():
            part.load_state_dict(saved[name])
        torch.set_rng_state(saved["random"])
        self._first = int(saved["step"])
        return self._first

    def took(self, step: int, loss: float, parts: dict[str, Any]) -> None:
        """Say that ``step`` is done; saves the state if the last one is old."""
        self.loss = loss if step == self._first else 0.98 * self.loss + 0.02 * loss
        spent = time.monotonic() - self._began
        left = spent / (step + 1 - self._first) * (self.steps - step - 1)
        self.tell(self.stage, step + 1, self.steps, self.loss, left)
        if time.monotonic() - self._saved > _EVERY_S:
            self.save(step + 1, parts)

    def save(self, step: int, parts: dict[str, Any]) -> None:
        """Write the state beside the old one and put it in its place in one move."""
        state: dict[str, Any] = {name: part.state_dict() for name, part in parts.items()}
        state |= {
            "stage": self.stage,
            "fingerprint": self.fingerprint,
            "step": step,
            "random": torch.get_rng_state(),
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".part")
        torch.save(state, beside)
        beside.replace(self.path)
        self._saved = time.monotonic()

    def done(self) -> None:
        """The stage is complete: its state is needed no more."""
        self.path.unlink(missing_ok=True)
