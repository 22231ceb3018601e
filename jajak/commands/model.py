"""Commands about the language model: read a text, train, evaluate."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

import nlp
from jajak.house import chosen_city
from jajak.progress import progress
from jajak.settings import load_settings
from models import Annotation

_say = Console(stderr=True, highlight=False)
Corpus = Annotated[
    Path, typer.Option(help="Folder with posts.jsonl.gz and more, or that file.", exists=True)
]
_BATCH = 1_024
_LONGEST_TEXT = 20_000


def read(
    texts: Annotated[list[str] | None, typer.Argument(help="Texts; none: JSON lines.")] = None,
) -> None:
    """Read texts, or JSON lines with a ``text`` on standard input: one annotation a line out."""
    settings = load_settings()
    reader = nlp.load_reader(chosen_city(settings), settings.nlp.model)
    lines = (_readable(text) for text in texts) if texts else _json_lines()
    while batch := list(islice(lines, _BATCH)):
        readable = [line for line in batch if "refused" not in line]
        annotations = iter(reader.read([line["text"] for line in readable], [None] * len(readable)))
        for line in batch:
            answer = line if "refused" in line else _answer(next(annotations))
            typer.echo(json.dumps(answer, ensure_ascii=False))


def _json_lines() -> Iterator[dict[str, Any]]:
    """One object a line of standard input; a line that cannot be read is refused in its place."""
    for raw in sys.stdin.buffer:
        try:
            line = json.loads(raw)
            text = line["text"]
        except (ValueError, TypeError, KeyError, RecursionError):
            yield {"refused": "not a JSON object with a text"}
            continue
        yield _readable(text)


def _readable(text: object) -> dict[str, Any]:
    if not isinstance(text, str) or not text.strip():
        return {"refused": "the text is empty"}
    if len(text) > _LONGEST_TEXT:
        return {"refused": f"the text is longer than {_LONGEST_TEXT} characters"}
    return {"text": text}


def _answer(annotation: Annotation) -> dict[str, Any]:
    answer = asdict(annotation)
    del answer["embedding"]  # of no use to who reads a line
    answer["place"] = asdict(annotation.place) if annotation.place else None
    return answer


def train(
    corpus: Corpus,
    out: Annotated[Path, typer.Option(help="Folder for the weights.")],
    model: Annotated[str, typer.Option(help="encoder (hours) or floor (minutes).")] = "encoder",
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
) -> None:
    """Train a model from the labels in the repo and a folder of texts; goes on where it stood."""
    # Only here: training and measuring take long to import, and reading is asked for more often.
    from nlp import training

    texts = training.open_corpus(corpus)
    # The demo city's ordinary week teaches; its great day is kept to measure with.
    demo = [_demo_folder() / "before.jsonl"]
    material = training.Material(
        texts.posts, nlp.labels_folder(), demo, texts.sentiment, texts.apart
    )
    if model == "floor":
        with _say.status("training, some minutes …"):
            card = training.train_floor(material, out, seed)
    elif model == "encoder":
        with progress() as shown:
            task = shown.add_task("training", total=None)

            def tell(stage: str, step: int, steps: int, loss: float, left: float) -> None:
                said = f"{stage}, loss {loss:.2f}"
                shown.update(task, description=said, completed=step, total=steps)

            card = training.train_encoder(material, out, seed, tell)
    else:
        raise nlp.ModelError(f"--model is {model!r}: it is encoder or floor")
    typer.echo(json.dumps(card, indent=1, ensure_ascii=False))


def evaluate(
    corpus: Corpus,
    model: Annotated[
        str, typer.Option(help="encoder, floor or hf:NAME-OR-FOLDER; default: the settings'.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Every number, per class too.")] = False,
) -> None:
    """Measure a model on the test split, beside the floor and a guess, with 95 % intervals."""
    from nlp import training

    texts = training.open_corpus(corpus)
    by = training.Yardsticks(
        texts.posts,
        nlp.labels_folder(),
        [_demo_folder() / "day.jsonl"],
        texts.test,
        texts.sentiment,
        texts.spellings(),
    )
    with _say.status("reading the test split, some minutes …"):
        result = training.evaluate(nlp.load_model(model or load_settings().nlp.model), by)
    if as_json:
        typer.echo(json.dumps(result, indent=1, ensure_ascii=False))
    else:
        typer.echo(training.evaluation_markdown(result))


def _demo_folder() -> Path:
    return chosen_city(load_settings()).folder / "demo"
