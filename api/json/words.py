"""What the API says to people who read its answers, in Indonesian and in English."""

from dataclasses import dataclass
from typing import Any, Literal

from flask import request

Language = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages."""

    id: str
    en: str

    def to(self, language: Language) -> str:
        """The sentence in ``language``."""
        return self.id if language == "id" else self.en


def language() -> Language:
    """The language that the client prefers; Indonesian when it does not say."""
    return "en" if request.accept_languages.best_match(["id", "en"], "id") == "en" else "id"


# pydantic's error types, as far as our models can raise them.
_VALIDATION: dict[str, Words] = {
    "missing": Words("Isian ini harus ada.", "This value is required."),
    "extra_forbidden": Words("Isian ini tidak dikenal.", "There is no such field."),
    "string_too_short": Words(
        "Terlalu pendek; paling sedikit {min_length} karakter.",
        "Too short; at least {min_length} characters.",
    ),
    "string_too_long": Words(
        "Terlalu panjang; paling banyak {max_length} karakter.",
        "Too long; at most {max_length} characters.",
    ),
    "string_pattern_mismatch": Words("Bentuknya tidak sesuai.", "It does not have the right form."),
    "string_type": Words("Harus berupa teks.", "It must be a string."),
    "int_parsing": Words("Harus bilangan bulat.", "It must be a whole number."),
    "int_type": Words("Harus bilangan bulat.", "It must be a whole number."),
    "int_from_float": Words("Harus bilangan bulat.", "It must be a whole number."),
    "greater_than_equal": Words("Paling sedikit {ge}.", "It must be at least {ge}."),
    "less_than_equal": Words("Paling banyak {le}.", "It must be at most {le}."),
    "bool_parsing": Words("Harus true atau false.", "It must be true or false."),
    "literal_error": Words("Harus salah satu dari {expected}.", "It must be one of {expected}."),
    "model_type": Words("Harus berupa objek JSON.", "It must be a JSON object."),
}
_OTHERWISE = Words("Nilai ini tidak dapat dipakai.", "This value cannot be used.")


def validation_words(item: Any) -> Words:
    """One pydantic error, in words of ours; an error of our own types brings its words along."""
    known = (item.get("ctx") or {}).get("words")
    if isinstance(known, Words):
        return known
    words = _VALIDATION.get(item["type"], _OTHERWISE)
    values = {key: str(value) for key, value in (item.get("ctx") or {}).items()}
    return Words(words.id.format_map(values), words.en.format_map(values))
