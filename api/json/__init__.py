"""``/api/v1``: posts, trends and reports for programs."""

from flask import Response, request
from flask_openapi3.openapi import OpenAPI
from werkzeug.routing import RequestRedirect

from api.json import document, places, posts, reports, status, trends
from api.json.blueprint import SCOPE_OF, ProblemDetails, blueprint
from api.json.caller import allowance, client_name, remember_use, require, tell_allowance
from api.json.pages import finish
from api.json.problems import HANDLED, problem_response, refuse_request
from api.json.requests import check_body
from api.protection import csrf, limiter

__all__ = ["register_json_api"]

_ROOMS = (document, places, posts, reports, status, trends)


def register_json_api(app: OpenAPI) -> None:
    """Connect ``/api/v1`` to an app that has its ``Context`` and its protection already."""
    app.validation_error_callback = refuse_request
    app.validation_error_model = ProblemDetails
    app.security_schemes = document.SECURITY_SCHEMES
    app.before_request(_no_such_address)
    # What stands first runs last, after the limiter's own headers.
    app.after_request_funcs.setdefault(None, []).insert(0, _say_limits)
    app.register_api(blueprint)


@blueprint.before_request
def _check() -> None:
    if request.method == "OPTIONS":
        return
    scope = SCOPE_OF.get(request.endpoint or "")
    if scope is not None:
        require(scope)
    check_body()


def _no_such_address() -> Response | None:
    """Answer what leads nowhere under ``/api/`` here, before it becomes a page for people."""
    error = request.routing_exception
    if error is None or isinstance(error, RequestRedirect):
        return None
    return problem_response(error) if request.path.startswith("/api/") else None


def _say_limits(response: Response) -> Response:
    return tell_allowance(response) if request.path.startswith("/api/") else response


blueprint.after_request(finish)
blueprint.after_request(remember_use)
for _error in HANDLED:
    blueprint.register_error_handler(_error, problem_response)
csrf.exempt(blueprint)
limiter.limit(allowance, key_func=client_name)(blueprint)
