"""The result of ``nlp.evaluate`` as Markdown tables, each number beside floor and guess."""

from typing import Any

from nlp.model import HEADS

_SETS = {
    "test": "Test split",
    "test_random": "Test split, only the posts drawn at random",
    "demo": "The invented demo day",
}


def evaluation_markdown(result: dict[str, Any]) -> str:
    """Tables for the model card from the result of ``evaluate``."""
    model, floor = result["model"], result["floor"]
    lines = [f"Model `{model['version']}`, floor `{floor['version']}`.", ""]
    for name, title in _SETS.items():
        if name in model:
            lines += _posts(title, model[name], floor[name])
    if model["sentiment"]:
        lines += _sentiment(model["sentiment"], floor["sentiment"])
    lines += _robustness(model["robustness"], floor["robustness"])
    people = result["people"]
    lines += [
        f"Two blind readings of {people['n']} posts, the second as answers to the first, macro-F1: "
        + ", ".join(f"{head} {people[head]:.3f}" for head in HEADS)
        + ".",
        "",
    ]
    return "\n".join(lines)


def _posts(title: str, model: dict[str, Any], floor: dict[str, Any]) -> list[str]:
    lines = [
        f"**{title}, {model['n']} posts**",
        "",
        "| head | n | macro-F1 | floor | majority | accuracy | floor | ECE, 15 bins | floor |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for head in HEADS:
        one, other = model[head], floor[head]
        lines.append(
            f"| {head} | {one['n']} | {_interval(one['macro_f1'])} "
            f"| {other['macro_f1']['value']:.3f} | {one['majority']['macro_f1']:.3f} "
            f"| {_interval(one['accuracy'])} | {other['accuracy']['value']:.3f} "
            f"| {_interval(one['ece'])} | {other['ece']['value']:.3f} |"
        )
    for who, found in (("Model", model), ("Floor", floor)):
        draft = found["draft"]
        lines += [
            "",
            f"{who}: {draft['drafted']} sure reports for {draft['reported']} reports; kind and "
            f"category right {_interval(draft['precision'])}, of all reports "
            f"{_interval(draft['recall'])}; sure of {found['sure_share']:.0%} of all posts.",
        ]
    return [*lines, ""]


def _sentiment(model: dict[str, Any], floor: dict[str, Any]) -> list[str]:
    lines = [
        "**Sentiment of other corpora**",
        "",
        "| corpus | n | macro-F1 | floor | majority | accuracy |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in model.items():
        lines.append(
            f"| {name} | {one['n']} | {_interval(one['macro_f1'])} "
            f"| {floor[name]['macro_f1']['value']:.3f} | {one['majority']['macro_f1']:.3f} "
            f"| {_interval(one['accuracy'])} |"
        )
    return [*lines, ""]


def _robustness(model: dict[str, float], floor: dict[str, float]) -> list[str]:
    lines = [
        "**The same test texts as others would type them** (category, macro-F1)",
        "",
        "| change | model | lost | floor | lost |",
        "|---|---|---|---|---|",
    ]
    for name, value in model.items():
        lost = (model["as_typed"] - value, floor["as_typed"] - floor[name])
        lines.append(
            f"| {name} | {value:.3f} | {100 * lost[0]:.1f} | {floor[name]:.3f} "
            f"| {100 * lost[1]:.1f} |"
        )
    return [*lines, ""]


def _interval(value: dict[str, float]) -> str:
    return f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"
