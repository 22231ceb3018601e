"""The encoder as torch trains it: a BertModel over the kept pieces, pooled, with a head a question.

bfloat16 where the processor multiplies it faster; weights and optimiser stay in float32.
"""

import math
import random
from collections.abc import Iterator, Sequence

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from nlp.training.base import Tensors
from nlp.training.pieces import PAD

POSITIONS = 256
_WARM_UP = 0.06
_ROWS = 128


class Encoder(nn.Module):
    """Pieces to a pooled vector of ``hidden`` numbers, and from it a score for every class."""

    def __init__(self, tensors: Tensors, heads: dict[str, int], dropout: float) -> None:
        super().__init__()
        words, hidden = tensors["embeddings.word_embeddings.weight"].shape
        self.bert = BertModel(
            BertConfig(
                vocab_size=words,
                hidden_size=hidden,
                num_hidden_layers=1 + max(_layers(tensors)),
                num_attention_heads=hidden // 32,
                intermediate_size=len(tensors["encoder.layer.0.intermediate.dense.bias"]),
                max_position_embeddings=len(tensors["embeddings.position_embeddings.weight"]),
                type_vocab_size=1,
                layer_norm_eps=1e-12,
                hidden_dropout_prob=dropout,
                attention_probs_dropout_prob=dropout,
            ),
            add_pooling_layer=False,
        )
        self.bert.set_attn_implementation("eager")  # faster than fused on short texts
        self.bert.load_state_dict({name: torch.tensor(array) for name, array in tensors.items()})
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({name: nn.Linear(hidden, n) for name, n in heads.items()})

    def states(self, pieces: Tensor, mask: Tensor) -> Tensor:
        """Hidden states, texts by pieces by ``hidden``."""
        with torch.autocast("cpu", torch.bfloat16):
            found: Tensor = self.bert(input_ids=pieces, attention_mask=mask).last_hidden_state
        return found

    def forward(self, pieces: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Scores by head, texts by classes."""
        weights = mask.unsqueeze(2).float()
        pooled = (self.states(pieces, mask).float() * weights).sum(1) / weights.sum(1)
        pooled = self.dropout(pooled)
        return {name: head(pooled) for name, head in self.heads.items()}


def _layers(tensors: Tensors) -> Iterator[int]:
    return (int(name.split(".")[2]) for name in tensors if name.startswith("encoder.layer."))


def tensors_of(module: nn.Module) -> Tensors:
    """The weights as arrays, by name."""
    return {name: value.float().numpy() for name, value in module.state_dict().items()}


def piece_rows(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> list[list[int]]:
    """The pieces of each text, cut to ``longest`` with the end mark kept."""
    rows = []
    for start in range(0, len(texts), 4_000):
        for found in tokenizer.encode_batch(list(texts[start : start + 4_000])):
            ids = found.ids
            rows.append(ids if len(ids) <= longest else [*ids[: longest - 1], ids[-1]])
    return rows


def padded(rows: Sequence[Sequence[int]], padding: int) -> tuple[Tensor, Tensor]:
    """Pieces and mask, texts by the longest of them."""
    pieces = torch.full((len(rows), max(map(len, rows))), padding)
    for number, row in enumerate(rows):
        pieces[number, : len(row)] = torch.tensor(row)
    return pieces, (pieces != padding).long()


def padding_of(tokenizer: Tokenizer) -> int:
    """The number of the padding piece."""
    return number_of(tokenizer, PAD)


def number_of(tokenizer: Tokenizer, piece: str) -> int:
    """The number of a piece. Raises ``KeyError`` for one that the tokenizer does not have."""
    number = tokenizer.token_to_id(piece)
    if number is None:
        raise KeyError(piece)
    return int(number)


def batches(lengths: Sequence[int], pieces: int, draw: random.Random) -> list[list[int]]:
    """Every text once, in batches of like length and at most about ``pieces`` pieces."""
    order = list(range(len(lengths)))
    draw.shuffle(order)
    order.sort(key=lambda number: lengths[number] + draw.random() * 6)
    found: list[list[int]] = []
    batch: list[int] = []
    for number in order:
        longest = max([lengths[number], *(lengths[other] for other in batch[-1:])])
        if batch and (longest * (len(batch) + 1) > pieces or len(batch) == _ROWS):
            found.append(batch)
            batch = []
        batch.append(number)
    if batch:
        found.append(batch)
    draw.shuffle(found)
    return found


def rate(step: int, steps: int) -> float:
    """The share of the full learning rate at ``step``: a short warm-up, then down to nought."""
    warm = max(1.0, _WARM_UP * steps)
    return min((step + 1) / warm, max(0.0, (steps - step) / max(1.0, steps - warm)))


def decayed(module: nn.Module) -> list[dict[str, object]]:
    """Parameter groups: matrices with weight decay, the rest without."""
    named = [value for value in module.parameters() if value.requires_grad]
    return [
        {"params": [value for value in named if value.dim() > 1], "weight_decay": 0.01},
        {"params": [value for value in named if value.dim() < 2], "weight_decay": 0.0},
    ]


def seed_everything(seed: int) -> random.Random:
    """A generator of our own, and torch's seeded alike."""
    torch.manual_seed(seed)
    return random.Random(seed)  # noqa: S311


def finite(loss: Tensor) -> Tensor:
    """The loss; raises ``FloatingPointError`` where it is none, before the weights are spoilt."""
    if not math.isfinite(float(loss.detach())):
        raise FloatingPointError("the loss is not a number: lower the learning rate")
    return loss
