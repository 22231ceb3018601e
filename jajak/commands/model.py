"""Commands about the language model: read a text, train, evaluate."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

import nlp
from jajak.house import chosen_city
from jajak.settings import load_settings
from models import Annotation

_say = Console(stderr=True, highlight=False)
Corpus = Annotated[Path, typer.Option(help="posts.jsonl.gz with id and text.", exists=True)]
Task = Literal["floor", "places"]
_BATCH = 256
_LONGEST_TEXT = 20_000


def read(
    texts: Annotated[list[str] | None, typer.Argument(help="Texts; none: JSON lines.")] = None,
) -> None:
    """Read texts, or JSON lines with a ``text`` on standard input: one annotation a line out."""
    reader = nlp.load_reader(chosen_city(load_settings()))
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
    answer["place"] = asdict(annotation.place) if annotation.place else None
    return answer


def train(
    corpus: Corpus,
    out: Annotated[Path, typer.Option(help="Folder for the weights.")],
    sentiment: Annotated[
        Path | None,
        typer.Option(help="More texts for the sentiment head: SmSA's train.tsv.", exists=True),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    task: Annotated[Task, typer.Option(help="Train the floor, or the spans of places.")] = "floor",
) -> None:
    """Train the linear floor from the labels in the repo and the texts of a corpus."""
    if task == "places":
        with _say.status("training the spans of places, some minutes …"):
            city = chosen_city(load_settings())
            card = nlp.train_places(corpus, nlp.labels_folder(), city, out, seed=seed)
        typer.echo(json.dumps(card, indent=1))
        return
    # The demo city's ordinary week teaches; its great day is kept to measure with.
    demo = [_demo_folder() / "before.jsonl"]
    with _say.status("training, some minutes …"):
        card = nlp.train_floor(corpus, nlp.labels_folder(), out, seed, sentiment, demo)
    typer.echo(json.dumps(card, indent=1, ensure_ascii=False))


def evaluate(
    corpus: Corpus,
    as_json: Annotated[bool, typer.Option("--json", help="Every number, per class too.")] = False,
    task: Annotated[Task, typer.Option(help="Measure the floor, or how places are found.")] = (
        "floor"
    ),
    located: Annotated[
        Path | None,
        typer.Option(help="Places: reports with text, lat, lng (PetaBencana's CSV).", exists=True),
    ] = None,
    fires: Annotated[
        Path | None, typer.Option(help="Places: the city's fire records, CSV.", exists=True)
    ] = None,
) -> None:
    """Measure the model on the test split, beside a majority guess, with 95 % intervals."""
    if task == "places":
        with _say.status("finding places …"):
            city = chosen_city(load_settings())
            found = nlp.evaluate_places(corpus, nlp.labels_folder(), city, located, fires)
        typer.echo(json.dumps(found, indent=1) if as_json else nlp.places_markdown(found))
        return
    with _say.status("reading the test split …"):
        result = nlp.evaluate_floor(
            corpus, nlp.labels_folder(), demo=[_demo_folder() / "day.jsonl"]
        )
    if as_json:
        typer.echo(json.dumps(result, indent=1, ensure_ascii=False))
    else:
        typer.echo(nlp.evaluation_markdown(result))


def _demo_folder() -> Path:
    return chosen_city(load_settings()).folder / "demo"
