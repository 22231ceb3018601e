"""The English words are complete, and the compiled catalogue is that of the written one."""

from api.messages import MO, compiled, gathered, translated, without_english


def test_every_word_of_the_pages_has_english_beside_it() -> None:
    kept = translated()
    missing = [
        message.id
        for message in gathered()
        if message.id and kept.get(message.id, message.context) is None
    ]
    assert not missing, "run python -m api.messages"
    assert not without_english(kept)


def test_the_catalogue_holds_no_word_that_no_page_uses() -> None:
    used = gathered()
    unused = [m.id for m in translated() if m.id and used.get(m.id, m.context) is None]
    assert not unused, "run python -m api.messages"


def test_the_compiled_catalogue_is_up_to_date() -> None:
    assert MO.read_bytes() == compiled(translated()), "run python -m api.messages"


def test_both_languages_name_the_same_values() -> None:
    for message in translated():
        if message.id and message.python_format:
            assert not list(message.check(translated()))
