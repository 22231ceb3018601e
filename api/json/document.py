"""The OpenAPI document, the page that shows it, and what each kind of problem means."""

from pathlib import Path
from typing import Annotated, Any, cast

import flask_openapi3_swagger  # type: ignore[import-untyped]
from flask import Response, current_app, render_template_string, request, send_from_directory
from flask_openapi3.openapi import OpenAPI
from pydantic import Field, StringConstraints
from pydantic.json_schema import models_json_schema

from api.context import context
from api.json.blueprint import ANSWERS, SCOPE_OF, answered_json, blueprint, endpoint
from api.json.fields import Asked, Told
from api.json.pages import ITEM_HEADERS, tagged
from api.json.problems import PROBLEMS, ApiProblem, problem_url
from api.json.words import language

_ASSETS = Path(flask_openapi3_swagger.__file__).parent / "templates" / "swagger"
_OWN_ASSETS = Path(__file__).parent / "page"
_CACHED = "jajak-json-document"

SECURITY_SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "`Authorization: Bearer jjk_<prefix>_<secret>`",
    },
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
# In the order in which the page shows them.
_TAGS = {
    "reports": "Drafts and verified reports: pull them, decide on them",
    "posts": "The posts behind every number",
    "trends": "Counts over time",
    "city": "What the city pack says",
    "status": "What runs here, and what errors mean",
}
_DESCRIPTION = """\
Public posts of a city, what they are about, and the draft complaint reports made from them.

Ids are strings. Every moment has its zone. Lists come in pages with an opaque `next`; a single
object has an `ETag`. Errors are RFC 9457 problem details: `type` is stable, `title` and `detail`
follow `Accept-Language` (`id`, `en`)."""


class ProblemPath(Asked):
    """Which kind of problem."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,40}$")]


class ProblemKind(Told):
    """What a kind of problem means."""

    type: str
    code: str
    status: int
    title: str
    remedy: str = Field(description="What to do about it")


@endpoint("get", "/problems/<code>", tag="status", answer=ProblemKind,
          problems=("not-found",), headers=ITEM_HEADERS)  # fmt: skip
def show_problem(path: ProblemPath) -> Response:
    """What a kind of problem means, and what to do about it."""
    kind = PROBLEMS.get(path.code)
    if kind is None:
        raise ApiProblem("not-found")
    speak = language()
    response = tagged(
        ProblemKind(
            type=problem_url(path.code),
            code=path.code,
            status=kind.status,
            title=kind.title.to(speak),
            remedy=kind.remedy.to(speak),
        )
    )
    response.headers["Content-Language"] = speak
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/openapi.json", doc_ui=False)
def show_document() -> Response:
    """This API as an OpenAPI 3.1 document."""
    return answered_json(document(cast(OpenAPI, current_app)))


@blueprint.get("/docs", doc_ui=False)
def show_docs() -> Response:
    """The document as a page to read and to try."""
    root = request.script_root
    page = render_template_string(
        (_OWN_ASSETS / "docs.html").read_text(encoding="utf-8"),
        city=context().city,
        root=root,
        here=f"{root}/api/v1",
    )
    return Response(page, mimetype="text/html")


def show_docs_asset(name: str) -> Response:
    """A file of the page: ours, or one of Swagger UI's own."""
    folder = _OWN_ASSETS if (_OWN_ASSETS / name).is_file() else _ASSETS
    return send_from_directory(folder, name, max_age=86400)


blueprint.add_url_rule("/docs/<path:name>", view_func=show_docs_asset)
for _view in ("show_document", "show_docs", "show_docs_asset"):
    SCOPE_OF[f"{blueprint.name}.{_view}"] = None


def document(app: OpenAPI) -> dict[str, Any]:
    """The OpenAPI document of ``app``, made once."""
    made = app.extensions.get(_CACHED)
    if made is None:
        made = dict(app.api_doc)
        _, schemas = models_json_schema(
            [(model, "serialization") for model in ANSWERS],
            ref_template="#/components/schemas/{model}",
        )
        components = made["components"].get("schemas", {})
        made["components"]["schemas"] = components | schemas["$defs"]
        made["info"] = {
            "title": f"Jajak {context().city.name}",
            "version": context().config.version or "0",
            "description": _DESCRIPTION,
        }
        made["tags"] = [{"name": name, "description": text} for name, text in _TAGS.items()]
        app.extensions[_CACHED] = made
    return cast(dict[str, Any], made)
