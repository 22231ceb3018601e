"""Continued pre-training: guess the hidden pieces of unlabelled posts (masked language model).

Devlin et al. 2019, section 3.1: 15 % of the pieces are asked for (here 20 %), of those 80 % hidden,
10 % replaced, 10 % kept. Gururangan et al. 2020 on why posts like those to be read help.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from nlp.training.base import Tensors
from nlp.training.material import Tell
from nlp.training.network import (
    Encoder,
    batches,
    decayed,
    finite,
    number_of,
    padded,
    padding_of,
    piece_rows,
    rate,
    seed_everything,
    tensors_of,
)
from nlp.training.pieces import MASK
from nlp.training.progress import Progress

_ASKED, _HIDDEN, _REPLACED = 0.20, 0.80, 0.10
_LONGEST = 80
_PIECES = 4_096
_RATE, _HEAD_RATE = 3e-4, 1e-3
_FIRST_PLAIN = 4  # below are the start, padding, end and unknown pieces


class _Guess(nn.Module):
    """From a hidden state to a score for every piece, through the word vectors themselves."""

    def __init__(self, hidden: int, words: int) -> None:
        super().__init__()
        self.turn = nn.Sequential(nn.Linear(hidden, hidden), nn.GELU(), nn.LayerNorm(hidden))
        self.bias = nn.Parameter(torch.zeros(words))

    def forward(self, states: Tensor, vectors: Tensor) -> Tensor:
        guessed: Tensor = self.turn(states) @ vectors.T + self.bias
        return guessed


def pretrain(
    tensors: Tensors,
    tokenizer: Tokenizer,
    texts: Sequence[str],
    *,
    seed: int,
    state: Path,
    fingerprint: str,
    tell: Tell,
) -> Tensors:
    """One pass over ``texts`` (in the encoder's spelling); gives the encoder's new weights."""
    draw = seed_everything(seed)
    rows = [row for row in piece_rows(tokenizer, texts, _LONGEST) if len(row) > 6]
    encoder = Encoder(tensors, {}, dropout=0.0)
    vectors = encoder.bert.embeddings.word_embeddings.weight
    guess = _Guess(vectors.shape[1], vectors.shape[0])
    optimizer = torch.optim.AdamW(
        [*decayed(encoder.bert), {"params": list(guess.parameters()), "lr": _HEAD_RATE}],
        lr=_RATE,
        betas=(0.9, 0.98),
    )
    steps = batches([len(row) for row in rows], _PIECES, draw)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step, len(steps)))
    parts = {"encoder": encoder, "guess": guess, "optimizer": optimizer, "schedule": schedule}
    progress = Progress("masked", state, fingerprint, tell, len(steps))
    for step in range(progress.resume(parts), len(steps)):
        pieces, mask = padded([rows[number] for number in steps[step]], padding_of(tokenizer))
        shown, asked = _hidden(pieces, number_of(tokenizer, MASK))
        with torch.autocast("cpu", torch.bfloat16):
            scores = guess(encoder.states(shown, mask)[asked], vectors)
        loss = finite(nn.functional.cross_entropy(scores.float(), pieces[asked]))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        progress.took(step, float(loss.detach()), parts)
    progress.done()
    return tensors_of(encoder.bert)


def _hidden(pieces: Tensor, mask: int) -> tuple[Tensor, Tensor]:
    """The pieces with some hidden or replaced, and which are asked for."""
    asked = (torch.rand(pieces.shape) < _ASKED) & (pieces >= _FIRST_PLAIN)
    luck = torch.rand(pieces.shape)
    shown = pieces.masked_fill(asked & (luck < _HIDDEN), mask)
    replaced = asked & (luck >= _HIDDEN) & (luck < _HIDDEN + _REPLACED)
    shown[replaced] = torch.randint(_FIRST_PLAIN, mask, (int(replaced.sum()),))
    return shown, asked
