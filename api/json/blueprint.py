"""How an endpoint of ``/api/v1`` is declared: address, scope, answer, and what can go wrong."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api.json.problems import MEDIA_TYPE, PROBLEMS

View = TypeVar("View", bound=Callable[..., Response])

blueprint = APIBlueprint("json_api", __name__, url_prefix="/api/v1")

# Which scope each endpoint asks for; ``None`` is open to everybody.
SCOPE_OF: dict[str, str | None] = {}
# Every model that an answer is made of, for the document.
ANSWERS: list[type[BaseModel]] = []
# What every endpoint can answer, whatever it does.
_ALWAYS = ("bad-request", "invalid", "rate-limited", "internal", "unavailable")
_WITH_KEY = ("key-missing", "key-unknown", "scope-missing")
_WITH_BODY = ("malformed-json", "too-large", "unsupported-media-type")
_SECURITY: list[dict[str, list[Any]]] = [{"bearer": []}, {"header": []}]


class ErrorItem(BaseModel):
    """One value that cannot be used."""

    pointer: str = Field(description="JSON pointer into the body, or `#query/<name>`")
    code: str
    detail: str


class ProblemDetails(BaseModel):
    """RFC 9457 problem details."""

    type: str = Field(description="Stable address that explains this kind of problem")
    title: str
    status: int
    detail: str
    instance: str
    code: str = Field(description="The last part of `type`")
    errors: list[ErrorItem] = Field(default_factory=list)


ANSWERS.append(ProblemDetails)


def endpoint(
    method: str,
    rule: str,
    *,
    tag: str,
    answer: type[BaseModel],
    scope: str | None = None,
    problems: tuple[str, ...] = (),
    headers: dict[str, str] | None = None,
) -> Callable[[View], View]:
    """Declare a view: the route, what its docstring says, and every status it can answer."""
    codes = {*_ALWAYS, *problems, *(_WITH_KEY if scope else ())}
    codes |= {*_WITH_BODY} if method == "post" else set()
    if answer not in ANSWERS:
        ANSWERS.append(answer)
    responses: dict[str | int, Any] = {200: _with_headers(answer, headers or {})}
    for status in sorted({PROBLEMS[code].status for code in codes}):
        named = sorted(code for code in codes if PROBLEMS[code].status == status)
        responses[status] = _problem_answer(named)
    if headers and "ETag" in headers and method == "get":
        responses[304] = {"description": "Not changed since the ETag in If-None-Match"}

    def declare(view: View) -> View:
        SCOPE_OF[f"{blueprint.name}.{view.__name__}"] = scope
        summary, _, description = (view.__doc__ or "").partition("\n")
        if scope:
            description += f"\n\nNeeds a key with the scope `{scope}`."
        route = getattr(blueprint, method)(
            rule,
            tags=[Tag(name=tag)],
            summary=summary.rstrip("."),
            description="\n".join(line.strip() for line in description.splitlines()).strip(),
            operation_id=view.__name__,
            responses=responses,
            security=_SECURITY if scope else None,
        )
        route(view)
        return view

    return declare


def answered(body: BaseModel, status: int = 200) -> Response:
    """A model as a JSON answer."""
    return Response(body.model_dump_json(), status, mimetype="application/json")


def answered_json(body: Any) -> Response:
    """Plain data as a JSON answer."""
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")


def _with_headers(answer: type[BaseModel], headers: dict[str, str]) -> dict[str, Any]:
    return {
        "description": "OK",
        "headers": {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in headers.items()
        },
        "content": {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{answer.__name__}"}}
        },
    }


def _problem_answer(codes: list[str]) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}
    return {
        "description": "; ".join(f"`{code}`: {PROBLEMS[code].title.en}" for code in codes),
        "content": {MEDIA_TYPE: {"schema": reference}},
    }
