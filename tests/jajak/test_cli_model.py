"""``jajak read`` as a filter: one line out for each line in, whatever the line is."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nlp
from models.labels import CATEGORIES, KINDS, SENTIMENTS
from tests.jajak.command_line import CommandLine

TEXTS = (
    "banjir depan stasiun tebet, motor mogok semua",
    "lampu jalan Otista mati seminggu, hemat listrik ya pak",
    "gue laper banget sumpah",
    "min, syarat urus KTP hilang apa aja ya?",
    "terima kasih petugas oranye, got depan rumah udah bersih 🙏",
)
GARBAGE = (
    b"\xff\xfe\x00\x80",
    b"",
    b"   ",
    b"bukan json",
    b"{",
    b"[]",
    b'["text"]',
    b"null",
    b"12",
    b'"text"',
    b"{}",
    b'{"teks": "salah nama"}',
    b'{"text": null}',
    b'{"text": 7}',
    b'{"text": ["a"]}',
    b'{"text": ""}',
    b'{"text": " \\n\\t "}',
    b"[" * 200_000,
    json.dumps({"text": "panjang " * 5_000}).encode(),
    b'{"text": "' + b"a" * 2_000_000 + b'"}',
)


@pytest.fixture
def jajak(
    tmp_path: Path,
    migrated_sqlite: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    reader: nlp.Reader,
) -> CommandLine:
    return CommandLine(tmp_path / "rumah", monkeypatch, capsys, migrated_sqlite, reader)


def line(text: str) -> bytes:
    return json.dumps({"text": text}).encode()


def answers(out: str) -> list[dict[str, Any]]:
    # Only a line feed ends a line: a text may hold other signs that Python would break at.
    return [json.loads(one) for one in out.removesuffix("\n").split("\n")] if out else []


def assert_an_annotation(answer: dict[str, Any]) -> None:
    assert answer["kind"] in KINDS
    assert answer["category"] in (*CATEGORIES, None)
    assert answer["sentiment"] in SENTIMENTS
    for name in ("kind_probability", "sentiment_probability"):
        assert 0 <= answer[name] <= 1
    assert isinstance(answer["sure"], bool)
    if answer["place"] is not None:
        assert {"code", "name", "precision", "lat", "lon"} <= set(answer["place"])


def test_texts_given_as_arguments_are_answered_one_a_line(jajak: CommandLine) -> None:
    answer = jajak("read", *TEXTS)
    assert answer.status == 0, answer.err
    read = answers(answer.out)
    assert len(read) == len(TEXTS)
    for one in read:
        assert_an_annotation(one)
    assert (read[0]["kind"], read[0]["category"]) == ("laporan", "banjir")
    assert "Tebet" in read[0]["place"]["name"]
    assert answer.err == ""


def test_lines_on_standard_input_are_answered_as_the_same_arguments(jajak: CommandLine) -> None:
    lines = b"\n".join(map(line, TEXTS))
    given_as_lines = jajak("read", stdin=lines)
    assert given_as_lines.status == 0
    assert given_as_lines.out == jajak("read", *TEXTS).out
    # A last line feed, Windows' line ends and other fields change nothing.
    assert jajak("read", stdin=lines + b"\n").out == given_as_lines.out
    assert jajak("read", stdin=lines.replace(b"\n", b"\r\n")).out == given_as_lines.out
    more = b"\n".join(json.dumps({"id": 1, "text": text}).encode() for text in TEXTS)
    assert jajak("read", stdin=more).out == given_as_lines.out


@pytest.mark.parametrize("raw", GARBAGE, ids=lambda raw: repr(raw[:24]))
def test_garbage_is_refused_in_its_place_and_stops_nothing(jajak: CommandLine, raw: bytes) -> None:
    answer = jajak("read", stdin=b"\n".join([line(TEXTS[0]), raw, line(TEXTS[1])]))
    assert answer.status == 0, answer.err
    read = answers(answer.out)
    assert len(read) == 3
    assert set(read[1]) == {"refused"}
    assert read[1]["refused"]
    assert [read[0], read[2]] == answers(jajak("read", *TEXTS[:2]).out)


def test_nothing_in_is_nothing_out(jajak: CommandLine) -> None:
    answer = jajak("read")
    assert (answer.status, answer.out) == (0, "")


def test_an_empty_argument_is_refused_as_an_empty_line_is(jajak: CommandLine) -> None:
    read = answers(jajak("read", "", TEXTS[0], "panjang " * 5_000).out)
    assert set(read[0]) == set(read[2]) == {"refused"}
    assert read[1]["category"] == "banjir"


def test_a_text_is_answered_alike_alone_and_among_many(jajak: CommandLine) -> None:
    # More than one batch, with refusals between, in an order that no batch follows.
    lines = [line(TEXTS[number * 7 % 5]) if number % 11 else b"?" for number in range(700)]
    read = answers(jajak("read", stdin=b"\n".join(lines)).out)
    assert len(read) == 700
    alone = {text: answers(jajak("read", text).out)[0] for text in TEXTS}
    for number, one in enumerate(read):
        expected = alone[TEXTS[number * 7 % 5]] if number % 11 else {"refused": one["refused"]}
        assert one == expected, number


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    lines=st.lists(
        st.one_of(
            st.text(max_size=80).map(line),
            st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b" ")),
            st.recursive(
                st.none() | st.booleans() | st.floats() | st.text(max_size=10),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["text", "id"]), inner, max_size=2)
                ),
                max_leaves=5,
            ).map(lambda value: json.dumps(value).encode()),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_comes_in_as_many_lines_go_out(jajak: CommandLine, lines: list[bytes]) -> None:
    answer = jajak("read", stdin=b"\n".join(lines) + b"\n")
    assert answer.status == 0, answer.err
    read = answers(answer.out)
    assert len(read) == len(lines)
    for one in read:
        if set(one) != {"refused"}:
            assert_an_annotation(one)


def test_a_real_process_answers_on_a_pipe_and_says_nothing_else() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jajak.cli", "read"],
        input=b"\n".join([line(TEXTS[0]), b"\xff", line("\ud83d terpotong"), line(TEXTS[2])]),
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    read = answers(done.stdout.decode())
    assert len(read) == 4
    assert read[0]["category"] == "banjir"
    assert set(read[1]) == {"refused"}
