"""What the span tagger looks at: a word and its neighbours, how it is written, what is known of it.

Training and reading share these features as strings; the weights know them by their CRC-32 only,
so that no word of a text that taught them stands in the weights.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from nlp.place_cues import words_file
from nlp.place_text import Tokens

TAGS = ("O", "B", "I")
EDGE = "^"
WORD_REACH = 4
LOOK_REACH = 2
_HEADS = ("p", "l")  # scores of the whole text: names a place, is not about a city
_BREAK = "N"
_GAPS = (",", ".", "(", ")", ":", ";", "/", "-", "!", "?", "#", '"')
_LONG_WORD = 3
_NEAR = 6  # positions told apart one by one
_ESCAPED_BREAK = re.compile(r"\\+[nrt]")


@cache
def _roles() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in words_file("place_cues.tsv"):
        found[row["word"]] = found.get(row["word"], "") + row["role"][:3]
    return found


def word_features(word: str, clusters: Sequence[int] | None) -> tuple[list[str], list[str]]:
    """Features of a word for all in its reach, and those for its own place only."""
    near = [f"w={word}"]
    if word == EDGE:
        return near, []
    if clusters is not None:
        near += [f"{kind}={cluster}" for kind, cluster in zip("pqr", clusters, strict=True)]
    if role := _roles().get(word):
        near.append(f"o={role}")
    return near, [f"x3={word[-3:]}", f"x2={word[-2:]}", f"y3={word[:3]}", f"l={min(len(word), 9)}"]


def look_features(name_class: str, shape: str) -> list[str]:
    """Features of what the gazetteer says of a token and of how it is written."""
    return [f"G={name_class}", f"s={shape}"]


def words_features(left: str, right: str, clusters: tuple[int, int]) -> tuple[list[str], list[str]]:
    """Features of two words side by side: for the left one, for the right one."""
    return [f"B+{left}|{right}"], [f"B-{left}|{right}", f"Bq{clusters[0]}|{clusters[1]}"]


def looks_features(
    left: tuple[str, str], gap: str, right: tuple[str, str]
) -> tuple[list[str], list[str]]:
    """Features of two looks and what stands between them: for the left token, for the right one."""
    return (
        [f"g1{gap}", f"Bs{left[1]}{gap}{right[1]}"],
        [f"g0{gap}", f"Bg{left[0]}{gap}{right[0]}"],
    )


def text_features(buckets: Sequence[int], name_class: str) -> list[str]:
    """Features of the whole text, alone and with what the gazetteer says of the token."""
    found = []
    for head, bucket in zip(_HEADS, buckets, strict=True):
        found += [f"D{head}{bucket}", f"D{head}{bucket}G={name_class}"]
    return found


def place_features(position: int, length: int) -> list[str]:
    """Features of where in a text of so many tokens a token stands."""
    return [
        "b",
        f"pos{position}" if position < _NEAR else f"pos{10 + min(5, position // 20)}",
        f"len{min(8, length // 15)}",
    ]


def again_features(times: int) -> list[str]:
    """Features of a word that stood in the text before: after another such word (2) or not (1)."""
    return ["rep", f"rep{times - 1}"] if times else []


def place_key(position: int, length: int) -> int:
    """A number for what ``place_features`` tells apart."""
    step = position if position < _NEAR else _NEAR + min(5, position // 20)
    return step * 9 + min(8, length // 15)


def place_of(key: int) -> tuple[int, int]:
    """A position and a length that ``place_key`` gives this number."""
    step, length = divmod(key, 9)
    # The first of the far positions is not the twentieth but the one after the near ones.
    position = step if step <= _NEAR else 20 * (step - _NEAR)
    return position, 15 * length


def bucket(score: float) -> int:
    """A score of the whole text, coarse enough to learn from."""
    return max(-4, min(4, round(score)))


def gaps_of(text: str, tokens: Tokens) -> list[str]:
    """What stands before each token, in one letter (``_`` for mere space), and after the last."""
    found = []
    last = 0
    for start, end in zip(tokens.start, tokens.end, strict=True):
        if start - last == 1 and text[last] == " ":
            found.append("_")
        else:
            found.append(_gap(text[last:start]))
        last = end
    return [*found, "E"]


def _gap(between: str) -> str:
    if not between or (between.isspace() and "\n" not in between):
        return "_"
    if "\n" in between or ("\\" in between and _ESCAPED_BREAK.search(between)):
        return _BREAK
    return next((mark for mark in _GAPS if mark in between), "*")


def shapes_of(text: str, tokens: Tokens) -> list[str]:
    """How each token is written: digits, small, Large, CAPITALS; and how the whole text is."""
    found = []
    large = 0
    for word, capital, start, end in zip(
        tokens.words, tokens.capital, tokens.start, tokens.end, strict=True
    ):
        if word[0] <= "9":
            found.append(f"d{min(end - start, 4)}")
        elif capital:
            large += 1
            found.append("X" if end - start > 1 and text[end - 1].isupper() else "Xx")
        else:
            found.append("x")
    share = large / max(1, len(found))
    whole = "C" if share > 0.6 else "c" if share < 0.05 else "m"
    return [shape + whole for shape in found]


def repeats_of(words: Sequence[str]) -> Iterator[int]:
    """For each word 0 if it is new or short, else 1, or 2 after a word that stood there too."""
    seen: set[str] = set()
    before = False
    for word in words:
        again = word in seen
        yield (2 if before else 1) if again and len(word) > _LONG_WORD else 0
        before = again
        seen.add(word)
