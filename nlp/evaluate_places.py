"""How well places are found: spans, located flood reports, fire addresses, and false places.

Four questions, each on data that taught nothing: does the text tell where (spans of the test
split), is the place right (reports with true coordinates), is an address put into its kelurahan
(fire records), and is a place claimed where there is none in the city.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models import City, Place
from nlp.labelled import LabelError, split_of
from nlp.labelled_places import PlacedPost, read_placed
from nlp.locate import build_index, locate, place_spans
from nlp.place_index import PlaceIndex, distance_km
from nlp.place_text import spelled, tokens_of

_RESAMPLES = 1000
_RIGHT_KM, _WRONG_KM = 1.0, 3.0
_BINS = 5
# Whose posts in the corpus all speak of one area, by its Kemendagri code.
_SOURCES = {
    "surabaya_mediacenter": "35.78",
    "surabaya_lama": "35.78",
    "purbalingga_aduan": "33.03",
    "ig_tpa_suwung": "51.71",
}
_LEAST_SHARED = 0.5

Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Report:
    """A located report: what is said, where it was, and whether the words name a place."""

    text: str
    lat: float
    lon: float
    code: str | None
    named: bool
    half: str


def evaluate_places(
    corpus: Path,
    labels: Path,
    city: City,
    located: Path | None = None,
    fires: Path | None = None,
    split: str = "test",
    half: str = "unseen",
    seed: int = 0,
) -> dict[str, Any]:
    """Measure ``locate`` and ``place_spans`` on the posts of ``split``, reports and addresses.

    Gives ``spans``, ``spans_random``, ``names_only`` (the gazetteer alone, as a baseline),
    ``false_places``, and with their files ``located`` (of ``half``) and ``fires``. Raises
    ``LabelError`` where a file cannot be used.
    """
    index = build_index(city)
    posts = [post for post in read_placed(corpus, labels) if split_of(post.text) == split]
    found = [place_spans(post.text, index) for post in posts]
    names = build_index(city, with_spans=False)
    alone = [_span_of(locate(post.text, names, None)) for post in posts]
    drawn = [i for i, post in enumerate(posts) if post.drawn == "random"]
    places = [locate(post.text, index, None) for post in posts]
    result: dict[str, Any] = {
        "split": split,
        "spans": _span_scores(posts, found, seed),
        "spans_random": _span_scores([posts[i] for i in drawn], [found[i] for i in drawn], seed),
        "names_only": _span_scores(posts, alone, seed),
        "false_places": _false_places(posts, places, city, seed),
    }
    if located is not None:
        reports = [r for r in _read_reports(located, labels) if r.half == half]
        result["located"] = {"half": half, **_located(reports, index, seed)}
    if fires is not None:
        result["fires"] = _fires(fires, index, city, seed)
    return result


def places_markdown(result: dict[str, Any]) -> str:
    """The result of ``evaluate_places`` as Markdown tables."""
    lines = [
        f"### Spans, split `{result['split']}`",
        "",
        "| | posts | spans | F1 of words | half shared | equal |",
        "|---|---|---|---|---|---|",
    ]
    for key, name in (
        ("spans", "all"),
        ("spans_random", "drawn at random"),
        ("names_only", "gazetteer alone"),
    ):
        of = result[key]
        f1 = " | ".join(_said(of[way]["f1"]) for way in ("words", "half", "equal"))
        lines.append(f"| {name} | {of['n']} | {of['spans']} | {f1} |")
    lines += ["", "### False places in the city", "", "| posts | n | share |", "|---|---|---|"]
    for name, of in result["false_places"].items():
        lines.append(f"| {name} | {of['n']} | {_said(of['false'])} |")
    if "located" in result:
        of = result["located"]
        lines += ["", f"### Located reports, half `{of['half']}`, {of['n']} that name a place", ""]
        lines += [f"- {name}: {_said(of[name])}" for name in ("found", "right", "wrong", "vague")]
        for name in ("not_named", "outside"):
            lines.append(f"- claimed of {of[name]['n']} {name}: {_said(of[name]['claimed'])}")
        lines += ["", "| probability said | n | share right |", "|---|---|---|"]
        lines += [f"| {b['said']} | {b['n']} | {b['right']} |" for b in of["reliability"]]
    if "fires" in result:
        of = result["fires"]
        lines += ["", f"### Addresses of fire records ({of['n']})", ""]
        lines += [f"- {name}: {_said(of[name])}" for name in ("right", "street_line_alone")]
    return "\n".join(lines)


def _said(value: dict[str, float]) -> str:
    return f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"


def _span_of(place: Place | None) -> list[tuple[int, int]]:
    return [place.span] if place is not None and place.span is not None else []


def _span_scores(posts: Sequence[PlacedPost], found: Sequence[Spans], seed: int) -> dict[str, Any]:
    """Precision, recall and F1 by words, by spans that share half their words, by equal spans."""
    rows = np.array([_span_counts(p.text, p.spans, f) for p, f in zip(posts, found, strict=True)])
    scores: dict[str, Any] = {"n": len(posts), "spans": sum(len(post.spans) for post in posts)}
    for at, name in enumerate(("words", "half", "equal")):
        hits, said, right = rows[:, 3 * at], rows[:, 3 * at + 1], rows[:, 3 * at + 2]
        scores[name] = {
            "precision": _ratio(hits.sum(), said.sum()),
            "recall": _ratio(hits.sum(), right.sum()),
            "f1": _interval(
                len(rows),
                seed,
                lambda i, h=hits, s=said, r=right: _ratio(2 * h[i].sum(), (s[i] + r[i]).sum()),
            ),
        }
    return scores


def _span_counts(text: str, right: Spans, said: Spans) -> list[int]:
    """Hits, said and right: words, spans that share at least half, spans that are equal."""
    tokens = tokens_of(text)

    def words(span: tuple[int, int]) -> frozenset[int]:
        both = zip(tokens.start, tokens.end, strict=True)
        return frozenset(
            i for i, (start, end) in enumerate(both) if start < span[1] and end > span[0]
        )

    gold, mine = [words(span) for span in right], [words(span) for span in said]
    all_gold, all_mine = frozenset().union(*gold), frozenset().union(*mine)
    left = list(gold)
    half = 0
    for one in mine:
        for other in left:
            if len(one & other) >= _LEAST_SHARED * len(one | other) > 0:
                left.remove(other)
                half += 1
                break
    equal = len(set(mine) & set(gold))
    sizes = [len(mine), len(gold)]
    return [len(all_gold & all_mine), len(all_mine), len(all_gold), half, *sizes, equal, *sizes]


def _false_places(
    posts: Sequence[PlacedPost], places: Sequence[Place | None], city: City, seed: int
) -> dict[str, Any]:
    """Places claimed in the city for posts that tell no place or speak of another city's."""
    none, elsewhere = [], []
    for post, place in zip(posts, places, strict=True):
        area = _SOURCES.get(post.source)
        claimed = place is not None and place.code is not None
        if area is not None and not area.startswith(city.area_prefix):
            elsewhere.append(claimed)
        elif not post.spans:
            none.append(claimed)
    return {
        name: {"n": len(claims), "false": _mean(claims, seed)}
        for name, claims in (
            ("all", none + elsewhere),
            ("no_place", none),
            ("elsewhere", elsewhere),
        )
        if claims
    }


def _read_reports(path: Path, labels: Path) -> list[_Report]:
    """Reports with ``text``, ``lat``, ``lng`` that ``labels/located.jsonl`` knows by their hash."""
    known = {}
    for line in (labels / "located.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        known[row["id"]] = row
    found = []
    for number, row in enumerate(_csv(path, ("text", "lat", "lng")), start=2):
        label = known.get(hashlib.sha256(row["text"].encode("utf-8")).hexdigest())
        try:
            lat, lon = float(row["lat"]), float(row["lng"])
        except ValueError as error:
            raise LabelError(f"{path}, row {number}: {error}; correct it") from error
        if label is not None:
            found.append(
                _Report(row["text"], lat, lon, label["code"], label["named"], label["half"])
            )
    if not found:
        raise LabelError(f"{path}: no report in it is labelled in {labels / 'located.jsonl'}")
    return found


def _csv(path: Path, columns: Iterable[str]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{path}: cannot be read ({error}); give a CSV in UTF-8") from error
    missing = [name for name in columns if not rows or name not in rows[0]]
    if missing:
        raise LabelError(f"{path}: no column {', '.join(missing)}; is it the right file?")
    return rows


def _located(reports: Sequence[_Report], index: PlaceIndex, seed: int) -> dict[str, Any]:
    """Of the reports that name a place in words: found, right, vague and far from the truth."""
    inside = [r for r in reports if r.named and r.code is not None]
    places = [locate(report.text, index, None) for report in inside]
    both = list(zip(inside, places, strict=True))
    right = [_is_right(report, place) for report, place in both]
    silent = [r for r in reports if not r.named and r.code is not None]
    outside = [r for r in reports if r.code is None and r.named]
    return {
        "n": len(inside),
        "found": _mean([place is not None for place in places], seed),
        "right": _mean(right, seed),
        "wrong": _mean([_is_wrong(report, place) for report, place in both], seed),
        "vague": _mean(
            [
                not good and place is not None and not _is_wrong(report, place)
                for (report, place), good in zip(both, right, strict=True)
            ],
            seed,
        ),
        "reliability": _reliability(
            [
                (place.probability, good)
                for place, good in zip(places, right, strict=True)
                if place is not None
            ]
        ),
        "not_named": {
            "n": len(silent),
            "claimed": _mean([_claims(report, index) for report in silent], seed),
        },
        "outside": {
            "n": len(outside),
            "claimed": _mean([_claims(report, index) for report in outside], seed),
        },
    }


def _claims(report: _Report, index: PlaceIndex) -> bool:
    place = locate(report.text, index, None)
    return place is not None and place.code is not None


def _is_right(report: _Report, place: Place | None) -> bool:
    """In the true kelurahan, or no more than a kilometre away."""
    if place is None or place.code is None:
        return False
    return place.code == report.code or _away(report, place) <= _RIGHT_KM


def _is_wrong(report: _Report, place: Place | None) -> bool:
    """Outside, or more than three kilometres away in an area that does not hold the truth."""
    if place is None:
        return False
    if place.code is None:
        return True
    holds = f"{report.code}.".startswith(f"{place.code}.") and place.precision != "point"
    return not holds and _away(report, place) > _WRONG_KM


def _away(report: _Report, place: Place) -> float:
    if place.lat is None or place.lon is None:
        return float("inf")
    return distance_km(report.lat, report.lon, place.lat, place.lon)


def _reliability(said: Sequence[tuple[float, bool]]) -> list[dict[str, float]]:
    """For each fifth of the scale: how many, the mean probability said, the share right."""
    bins = []
    for at in range(_BINS):
        each = [(p, good) for p, good in said if min(int(p * _BINS), _BINS - 1) == at]
        if each:
            bins.append(
                {
                    "n": len(each),
                    "said": round(float(np.mean([p for p, _ in each])), 3),
                    "right": round(float(np.mean([good for _, good in each])), 3),
                }
            )
    return bins


def _fires(path: Path, index: PlaceIndex, city: City, seed: int) -> dict[str, Any]:
    """Addresses of fire records: whole as an officer writes them, and the street line alone."""
    columns = ("alamat_kejadian", "rt", "rw", "kelurahan", "kecamatan", "wilayah")
    codes = _kelurahan_codes(city)
    whole, alone = [], []
    unknown = 0
    for row in _csv(path, columns):
        code = codes.get((_joined(row["kelurahan"]), _joined(row["kecamatan"])))
        if code is None:
            unknown += 1
            continue
        block = "".join(
            f" {name} {row[key].strip()}"
            for name, key in (("RT", "rt"), ("RW", "rw"))
            if row[key].strip()
        )
        address = (
            f"{row['alamat_kejadian']}{block} Kel. {row['kelurahan']} "
            f"Kec. {row['kecamatan']} {row['wilayah']}"
        )
        whole.append(_in_kelurahan(locate(address, index, None), code))
        alone.append(_in_kelurahan(locate(row["alamat_kejadian"], index, None), code))
    if not whole:
        raise LabelError(f"{path}: no kelurahan in it is one of {city.name}'s")
    return {
        "n": len(whole),
        "kelurahan_not_of_the_city": unknown,
        "right": _mean(whole, seed),
        "street_line_alone": _mean(alone, seed),
    }


def _kelurahan_codes(city: City) -> dict[tuple[str, str], str]:
    return {
        (_joined(area.name), _joined(city.areas[area.parent or ""].name)): area.code
        for area in city.areas.values()
        if area.level == "kelurahan"
    }


def _in_kelurahan(place: Place | None, code: str) -> bool:
    return place is not None and place.code == code


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


def _mean(each: Sequence[bool], seed: int) -> dict[str, float]:
    values = np.array(each, dtype=float)
    if not len(values):
        return {"value": 0.0, "low": 0.0, "high": 0.0}
    return _interval(len(values), seed, lambda i: float(values[i].mean()))


def _interval(n: int, seed: int, measure: Callable[..., float]) -> dict[str, float]:
    """The measure with its 95 % percentile bootstrap interval over the ``n`` cases."""
    random = np.random.default_rng(seed)
    low, high = np.quantile(
        [measure(random.integers(0, n, n)) for _ in range(_RESAMPLES)], (0.025, 0.975)
    )
    return {
        "value": round(measure(np.arange(n)), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }


def _joined(name: str) -> str:
    """A name without spaces, for two registers that part their words differently."""
    return spelled(name).replace(" ", "")
