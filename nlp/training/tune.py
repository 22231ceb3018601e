"""Fine-tuning: all heads at once, on posts and on other corpora's sentiment.

Label smoothing, class weights by the root of rarity, AdamW with a short warm-up, and an
exponential mean of the weights as the result (Polyak averaging), which a few thousand lessons
need to be steady. Some texts are mistyped on purpose, anew in each pass.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.labels import CATEGORIES, KINDS, SENTIMENTS
from nlp.encoder_text import encoder_text
from nlp.perturb import elongation, typo, without_vowels
from nlp.training.base import Tensors
from nlp.training.graph import HeadWeights
from nlp.training.lessons import Lesson
from nlp.training.material import Tell
from nlp.training.network import (
    Encoder,
    batches,
    decayed,
    finite,
    padded,
    padding_of,
    piece_rows,
    rate,
    seed_everything,
)
from nlp.training.progress import Progress

HEADS = {"kind": KINDS, "category": CATEGORIES, "sentiment": SENTIMENTS}

_LONGEST = 112
_HEAD_RATE = 10  # times the encoder's
_SMOOTHING = 0.05
_RARITY = 0.3
_MISTYPED = 0.25
_AVERAGE = 0.997
_UNASKED = -100


@dataclass(frozen=True)
class Round:
    """One stretch of tuning: passes over the lessons, pieces a batch, learning rate.

    ``side_share`` of the lessons that have a sentiment only is drawn in each pass. With ``by_head``
    each head's loss is a mean over the lessons that ask it, so that the few that ask for a
    category are heard as loudly as the many that ask for a sentiment.
    """

    name: str
    passes: int
    pieces: int
    rate: float
    side_share: float
    by_head: bool


# First all lessons alike in large batches, then the heads alike in small ones.
ROUNDS = (
    Round("tune", 4, 2_560, 1e-4, 0.75, by_head=False),
    Round("settle", 3, 1_536, 6e-5, 0.5, by_head=True),
)


@dataclass(frozen=True)
class Tuned:
    """The encoder's weights and, for each head, classes by hidden weights and a bias."""

    encoder: Tensors
    heads: HeadWeights


def tune(
    tensors: Tensors,
    tokenizer: Tokenizer,
    lessons: Sequence[Lesson],
    *,
    seed: int,
    state: Path,
    fingerprint: str,
    tell: Tell,
    turn: Round,
    heads: HeadWeights | None = None,
) -> Tuned:
    """Teach all heads with ``lessons`` for one round; resumable (see ``Progress``).

    ``heads`` are those of the round before; without them they begin at random.
    """
    draw = seed_everything(seed)
    plan = _plan(lessons, tokenizer, turn, draw)
    answers = _answers(lessons)
    encoder = Encoder(tensors, {name: len(codes) for name, codes in HEADS.items()}, dropout=0.1)
    if heads is not None:
        encoder.heads.load_state_dict(
            {f"{name}.weight": torch.tensor(weight) for name, (weight, _) in heads.items()}
            | {f"{name}.bias": torch.tensor(bias) for name, (_, bias) in heads.items()}
        )
    mean = get_ema_multi_avg_fn(_AVERAGE)  # type: ignore[no-untyped-call]
    average = AveragedModel(encoder, multi_avg_fn=mean)
    optimizer = torch.optim.AdamW(
        [
            *decayed(encoder.bert),
            {"params": list(encoder.heads.parameters()), "lr": turn.rate * _HEAD_RATE},
        ],
        lr=turn.rate,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step, len(plan)))
    asks = {
        name: nn.CrossEntropyLoss(
            weight=_class_weights(answers[name], len(codes)),
            label_smoothing=_SMOOTHING,
            ignore_index=_UNASKED,
            reduction="none",
        )
        for name, codes in HEADS.items()
    }
    weights = torch.tensor([lesson.weight for lesson in lessons])
    parts = {
        "encoder": encoder,
        "average": average,
        "optimizer": optimizer,
        "schedule": schedule,
    }
    progress = Progress(turn.name, state, fingerprint, tell, len(plan))
    encoder.train()
    for step in range(progress.resume(parts), len(plan)):
        numbers, rows = plan[step]
        pieces, mask = padded(rows, padding_of(tokenizer))
        scores = encoder(pieces, mask)
        each = {
            name: ask(scores[name], answers[name][numbers]) * weights[numbers]
            for name, ask in asks.items()
        }
        loss = finite(_total(each, {name: answers[name][numbers] for name in each}, turn))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        average.update_parameters(encoder)
        progress.took(step, float(loss.detach()), parts)
    progress.done()
    weights_of = average.module.state_dict()
    return Tuned(
        {
            name.removeprefix("bert."): value.numpy()
            for name, value in weights_of.items()
            if name.startswith("bert.")
        },
        {
            name: (
                weights_of[f"heads.{name}.weight"].numpy(),
                weights_of[f"heads.{name}.bias"].numpy(),
            )
            for name in HEADS
        },
    )


def _total(each: dict[str, Tensor], answers: dict[str, Tensor], turn: Round) -> Tensor:
    if not turn.by_head:
        return torch.stack(list(each.values())).sum(0).mean()
    means = [
        losses.sum() / (answers[name] != _UNASKED).sum().clamp(min=1)
        for name, losses in each.items()
    ]
    return torch.stack(means).sum()


def _plan(
    lessons: Sequence[Lesson], tokenizer: Tokenizer, turn: Round, draw: random.Random
) -> list[tuple[list[int], list[list[int]]]]:
    """Every step's lessons and their pieces: the same for the same seed, so a run can resume."""
    plan = []
    for number_of_pass in range(turn.passes):
        taken = [
            number
            for number, lesson in enumerate(lessons)
            if lesson.kind or lesson.category or draw.random() < turn.side_share
        ]
        texts = [
            encoder_text(
                _mistyped(lessons[number].text, draw) if number_of_pass else lessons[number].text
            )
            for number in taken
        ]
        rows = piece_rows(tokenizer, texts, _LONGEST)
        for batch in batches([len(row) for row in rows], turn.pieces, draw):
            plan.append(([taken[place] for place in batch], [rows[place] for place in batch]))
    return plan


def _mistyped(text: str, draw: random.Random) -> str:
    if draw.random() >= _MISTYPED:
        return text
    return draw.choice((typo, elongation, without_vowels))(text, draw)


def _answers(lessons: Sequence[Lesson]) -> dict[str, Tensor]:
    return {
        name: torch.tensor(
            [
                _UNASKED if answer is None else codes.index(answer)
                for answer in (getattr(lesson, name) for lesson in lessons)
            ]
        )
        for name, codes in HEADS.items()
    }


def _class_weights(answers: Tensor, classes: int) -> Tensor:
    """Rarer classes count more, by a power of their rarity; the mean over all lessons is 1."""
    counted = Counter(answers[answers != _UNASKED].tolist())
    sizes = torch.tensor([max(1, counted[number]) for number in range(classes)]).float()
    weights = sizes**-_RARITY
    return weights * sizes.sum() / (weights * sizes).sum()
