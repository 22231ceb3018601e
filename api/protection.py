"""What keeps pages safe: headers, forged posts, too many attempts."""

from datetime import timedelta

from flask import Flask, Response, abort, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user  # type: ignore[import-untyped]
from flask_talisman import Talisman  # type: ignore[import-untyped]
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]
from werkzeug.middleware.proxy_fix import ProxyFix

from api.config import AppConfig

# No inline style or script anywhere, no other host, no frame: what a post says stays text.
CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

PERMISSIONS_POLICY = {
    "camera": "()",
    "geolocation": "()",
    "microphone": "()",
    "browsing-topics": "()",
}

# Only failed attempts count: twenty from one address, ten for one name.
ATTEMPTS_PER_ADDRESS = "20 per 5 minutes"
ATTEMPTS_PER_NAME = "10 per 15 minutes"

# Charts and lists to take away cost more than pages: what one person, or one address, may have.
DOWNLOADS_PER_PERSON = "60 per minute"

_MAX_FORM_BYTES = 256 * 1024

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True)


def init_protection(app: Flask, config: AppConfig) -> None:
    """Connect headers, CSRF tokens, rate limits and the session cookie's settings."""
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=_MAX_FORM_BYTES,
        # The prefix makes browsers refuse a cookie of this name set by a neighbour host.
        SESSION_COOKIE_NAME="__Host-jajak" if config.https else "jajak",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=config.session_hours),
        WTF_CSRF_TIME_LIMIT=config.session_hours * 3600,
        WTF_CSRF_SSL_STRICT=config.https,
        RATELIMIT_STORAGE_URI=config.rate_limit_storage,
        RATELIMIT_STRATEGY="moving-window",
        RATELIMIT_HEADERS_ENABLED=True,
    )
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    Talisman(
        app,
        content_security_policy=CONTENT_SECURITY_POLICY,
        permissions_policy=PERMISSIONS_POLICY,
        referrer_policy="same-origin",
        frame_options="DENY",
        force_https=config.https,
        session_cookie_secure=config.https,
        session_cookie_http_only=True,
        session_cookie_samesite="Lax",
    )
    app.before_request(_refuse_nul)
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_keep_private)


def name_of_attempt() -> str:
    """The rate-limit key of a sign-in attempt: the name that it tries."""
    return "name:" + request.form.get("username", "").strip().lower()[:64]


def visitor_name() -> str:
    """The rate-limit key of whoever visits: the signed-in person, else the address."""
    if current_user and current_user.is_authenticated:
        return f"user:{current_user.id}"
    return f"address:{get_remote_address()}"


@limiter.shared_limit(DOWNLOADS_PER_PERSON, scope="downloads", key_func=visitor_name)
def count_download() -> None:
    """Count one download of this visitor, whichever view gives it; too many are refused (429)."""


def failed(response: Response) -> bool:
    """Whether a sign-in attempt failed, which is what the limits count."""
    return response.status_code == 422


def _refuse_nul() -> None:
    """Refuse a NUL byte in any value: no person types one and PostgreSQL cannot take it.

    The JSON API's own models refuse it too, and name the value that holds it.
    """
    if request.path.startswith("/api/"):
        return
    given = (request.args, request.form)
    pairs = (pair for values in given for pair in values.items(multi=True))
    if "\0" in request.path or any("\0" in name or "\0" in value for name, value in pairs):
        abort(400)


def _keep_private(response: Response) -> Response:
    """Pages hold people's words: no shared cache may keep them, nor the browser's back button."""
    if not response.cache_control.max_age and request.endpoint != "static":
        response.cache_control.no_store = True
    return response
