"""The generated document is true: schemathesis asks every endpoint by it."""

import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import integers
from schemathesis.checks import load_all_checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.json.blueprint import blueprint
from api.json.problems import PROBLEMS
from models import City, open_database
from models.labels import SCOPES
from models.migrate import upgrade
from tests.api.json.conftest import add_day, add_report, make_app, new_key

# What a schema cannot say: a value of the right form that still cannot be used, by its code.
MEANT = {
    "before_since",
    "cursor_invalid",
    "if_match_differs",
    "nothing_given",
    "out_of_range",
    "personal_data",
    "refused",
    "span_too_long",
    "unknown_area",
}

load_all_checks()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, city: City) -> tuple[Any, dict[str, str]]:
    """The document of an app with a day of posts and some reports, and the app to ask."""
    db = open_database(f"sqlite:///{tmp_path_factory.mktemp('api') / 'jajak.db'}")
    upgrade(db)
    add_day(db)
    for number in range(30):
        add_report(db, number)
    app = make_app(db, city)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    return schema, {"Authorization": f"Bearer {new_key(db)}"}


def operations() -> list[Any]:
    """Every operation of the document, in each way of asking it."""
    found = []
    for path, item in sorted(blueprint.paths.items()):
        for method in ("get", "post"):
            operation = getattr(item, method)
            if operation is None:
                continue
            for mode in GenerationMode:
                # Nothing wrong can be said to an endpoint that takes nothing.
                if mode.is_positive or operation.parameters or operation.requestBody:
                    name = f"{method} {path} {mode.value}"
                    found.append(pytest.param(path, method, mode, id=name))
    return found


@pytest.mark.parametrize(("path", "method", "mode"), operations())
def test_every_endpoint_answers_as_the_document_says(
    asked: tuple[Any, dict[str, str]], path: str, method: str, mode: GenerationMode
) -> None:
    schema, key = asked

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=schema[path][method.upper()].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        response = case.call(headers=key)
        left_out = [positive_data_acceptance] if was_meant(response) else []
        case.validate_response(response, headers=key, excluded_checks=left_out)

    ask()


@pytest.mark.parametrize("decision", ["confirm", "correct", "reject", "undo"])
def test_decisions_on_reports_that_exist_answer_as_the_document_says(
    asked: tuple[Any, dict[str, str]], decision: str
) -> None:
    schema, key = asked
    operation = schema[f"/api/v1/reports/{{id}}/{decision}"]["POST"]
    statuses = set()

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        id_=integers(1, 30),
    )
    def ask(case: Any, id_: int) -> None:
        case.path_parameters["id"] = str(id_)
        case.body.pop("revision", None)
        # Codes at random are never those of the city.
        for code in ("agency_code", "place_code", "place_name"):
            case.body.pop(code, None)
        response = case.call(headers=key | {"If-Match": "*"})
        statuses.add(response.status_code)
        left_out = [positive_data_acceptance] if was_meant(response) else []
        case.validate_response(response, headers=key, excluded_checks=left_out)

    ask()
    assert 200 in statuses


def was_meant(response: Any) -> bool:
    """Whether a refusal is about what no schema can say."""
    if response.status_code == 422:
        told = response.json()
        codes = {error["code"] for error in told.get("errors", [])}
        return told["code"] == "idempotency-reused" or (bool(codes) and codes <= MEANT)
    # The revision may stand in a header or in the body: only both together can be missing.
    return bool(response.status_code == 428)


def test_every_path_of_the_api_stands_in_its_how_to(settled: FlaskClient) -> None:
    told = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
    missing = [
        path for path in settled.get("/api/v1/openapi.json").json["paths"] if path not in told
    ]
    assert missing == []
    for page in ("/api/v1/docs", "/api/v1/openapi.json"):
        assert page in told
    for code in PROBLEMS:
        assert f"`{code}`" in told
    for scope in SCOPES:
        assert f"`{scope}`" in told


def test_the_document_is_openapi_3_1_of_this_version(settled: FlaskClient) -> None:
    told = settled.get("/api/v1/openapi.json").json
    assert told["openapi"].startswith("3.1")
    assert told["info"]["version"] == "1.2.3"
    for item in told["paths"].values():
        for operation in item.values():
            problems = [s for s in operation["responses"] if s[0] in "45"]
            assert {"422", "429", "500", "503"} <= set(problems)


def test_the_page_of_the_document_needs_no_inline_script(stranger: FlaskClient) -> None:
    page = stranger.get("/api/v1/docs")
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "<style" not in page.text and " style=" not in page.text and " onload" not in page.text
    for script in re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.S):
        assert "src=" in script[0] and not script[1]
    for address in re.findall(r'(?:src|href)="(/api/v1/docs/[^"]+)"', page.text):
        assert stranger.get(address).status_code == 200, address
    for outside in ("../__init__.py", "..%2f__init__.py", "docs.html/../../posts.py", "nothing"):
        assert stranger.get(f"/api/v1/docs/{outside}").status_code == 404
