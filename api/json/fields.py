"""The kinds of values that requests and answers are made of."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from api.days import FIRST_DAY, LAST_DAY
from api.json.words import Words
from models.labels import (
    CATEGORIES,
    KINDS,
    PRECISIONS,
    REPORT_STATES,
    SENTIMENTS,
)

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d):(\d\d)(\.\d+)?([Zz]|[ +-]\d\d:\d\d)", re.ASCII
)


def refuse(code: str, id_: str, en: str) -> PydanticCustomError:
    """The error that a validator raises; its words reach the client."""
    return PydanticCustomError(code, "{words}", {"words": Words(id_, en)})


def _moment(value: object) -> datetime:
    """An RFC 3339 moment with its zone; a ``+`` that a URL turned into a space is a ``+``."""
    shape = _RFC3339.fullmatch(value) if isinstance(value, str) else None
    try:
        if shape is None:
            raise ValueError
        day, minute, second, fraction, zone = shape.groups()
        # A leap second is a moment too; Python's clock has none.
        leap = second == "60"
        read = datetime.fromisoformat(
            f"{day}T{minute}:{'59' if leap else second}{(fraction or '')[:7]}"
            f"{zone.upper().replace(' ', '+')}"
        )
    except ValueError:
        raise refuse(
            "moment",
            "Harus waktu RFC 3339 dengan zona, misalnya 2024-03-01T07:00:00+07:00.",
            "It must be an RFC 3339 moment with its zone, such as 2024-03-01T07:00:00+07:00.",
        ) from None
    try:
        return read.astimezone(UTC) + timedelta(seconds=leap)
    except OverflowError:
        edge = datetime.min if read.year == 1 else datetime.max
        return edge.replace(tzinfo=UTC)


def _day(value: object) -> date:
    try:
        if not (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII)):
            raise ValueError
        day = date.fromisoformat(value)
    except ValueError:
        raise refuse(
            "day",
            "Harus tanggal, misalnya 2024-03-01.",
            "It must be a date, such as 2024-03-01.",
        ) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise refuse(
            "out_of_range",
            f"Harus dari {FIRST_DAY} sampai {LAST_DAY}.",
            f"It must be from {FIRST_DAY} to {LAST_DAY}.",
        )
    return day


def _flag(value: object) -> bool:
    if value in ("true", "false"):
        return value == "true"
    raise refuse("flag", "Harus true atau false.", "It must be true or false.")


@dataclass(frozen=True, slots=True)
class OneOf:
    """Marks a string that is one of ``codes``."""

    codes: tuple[str, ...]

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check the code after the type."""
        return core_schema.no_info_after_validator_function(self._known, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the codes."""
        return {"type": "string", "enum": list(self.codes)}

    def _known(self, value: str) -> str:
        if value in self.codes:
            return value
        named = ", ".join(self.codes)
        raise refuse("unknown_code", f"Harus salah satu dari {named}.", f"It is one of {named}.")


@dataclass(frozen=True, slots=True)
class Shape:
    """Marks a string that has the form ``pattern`` from end to end; ``id`` and ``en`` say it.

    Programs read the pattern in the document; people get the words.
    """

    pattern: str
    id: str
    en: str

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check the form after the type and the length."""
        return core_schema.no_info_after_validator_function(self._shaped, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the form."""
        return {**handler(schema), "pattern": f"^{self.pattern}$"}

    def _shaped(self, value: str) -> str:
        if re.fullmatch(self.pattern, value):
            return value
        raise refuse("string_pattern_mismatch", self.id, self.en)


def _whole(value: object) -> object:
    """JSON knows one kind of number: 5.0 is 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


# Every id is a string: numbers lose digits in JavaScript, and no client should count with them.
Id = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,17}$")]
Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
AreaCode = Annotated[
    str,
    Shape(
        r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?",
        "Harus kode wilayah Kemendagri, misalnya 31.74 atau 31.74.03.1001.",
        "It must be a Kemendagri area code, such as 31.74 or 31.74.03.1001.",
    ),
]
# A NUL byte cannot be stored by PostgreSQL, so it can be in no text either.
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    Shape(r"[^\x00]*", "Tidak boleh berisi byte nol.", "It must not contain a NUL byte."),
]
SourceName = Annotated[
    str,
    Shape(
        r"[A-Za-z0-9_.:-]{1,64}",
        "Harus kode sumber: 1 sampai 64 huruf, angka, titik, titik dua, _ atau -, tanpa spasi.",
        "It must be a source's code: 1 to 64 letters, digits, dots, colons, _ or -, no spaces.",
    ),
]
CursorText = Annotated[
    str,
    StringConstraints(max_length=512),
    Shape(
        r"[A-Za-z0-9_.-]+",
        "Harus kursor persis seperti yang diberikan.",
        "It must be a cursor exactly as it was given.",
    ),
]
# Stands after the bounds, which would vanish from the document if they came after it.
WHOLE = BeforeValidator(_whole)
PageSize = Annotated[int, Field(ge=1, le=200)]

Kind = Annotated[str, OneOf(KINDS)]
Category = Annotated[str, OneOf(CATEGORIES)]
Sentiment = Annotated[str, OneOf(SENTIMENTS)]
ReportState = Annotated[str, OneOf(REPORT_STATES)]
Precision = Annotated[str, OneOf(PRECISIONS)]


class Asked(BaseModel):
    """What a request may say; a name that we do not know is refused, never passed over."""

    model_config = ConfigDict(extra="forbid")
    # In a JSON body null and absent are two things; in a URL or header there is no null.
    absent_is_null: ClassVar[bool] = True

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe what may be left out as absent, not as null: a URL has no null."""
        described = handler.resolve_ref_schema(handler(schema))
        for field in described.get("properties", {}).values():
            choices = [c for c in field.get("anyOf", ()) if c != {"type": "null"}]
            if len(choices) == 1 and cls.absent_is_null:
                del field["anyOf"]
                field |= choices[0]
            if field.get("default", "") is None:
                del field["default"]
        return described


class AskedInBody(Asked):
    """What a JSON body may say: types as JSON has them, none guessed from a string."""

    model_config = ConfigDict(extra="forbid", strict=True)
    absent_is_null: ClassVar[bool] = False

    @model_validator(mode="before")
    @classmethod
    def _no_body_is_empty(cls, value: Any) -> Any:
        """A request without a body is one with an empty object: what it lacks is named by field."""
        return {} if value is None else value


class AskedInHeaders(Asked):
    """What headers may say; there are always others."""

    model_config = ConfigDict(extra="ignore")


def absent() -> Any:
    """Stands for a value that a body left out, where null would be refused."""
    return None


class Told(BaseModel):
    """What an answer says: every field is always there."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Place(Told):
    """Where something is, and no more exact than it is known; WGS 84 degrees."""

    code: str | None = Field(description="Kemendagri code of the smallest official area")
    name: str
    label: str = Field(description="The official area as people write it, smallest first")
    precision: Precision
    lat: float | None
    lon: float | None
