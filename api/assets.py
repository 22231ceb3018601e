"""The files that pages load: style sheet, script, icons, typeface; kept in memory, zipped once.

An address carries the first signs of its content's hash, so a browser may keep it for good.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from flask import Flask, Response, abort, request

from api.looks import colour_variables

_FOREVER = 365 * 24 * 3600
_TYPEFACE = "fonts/plus-jakarta-sans.ttf"
_STYLES = "jajak.css"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, the same gzipped, its media type and the version in its address."""

    content: bytes
    zipped: bytes
    media_type: str
    version: str


def typeface_folder() -> Traversable:
    """Where the package of Plus Jakarta Sans keeps its font files."""
    return files("fontpkg_plus_jakarta_sans").joinpath("files")


def init_assets(app: Flask) -> None:
    """Read every asset once and answer for them under ``/static/``."""
    assets = {name: _asset(name, content) for name, content in _contents()}

    def serve(name: str) -> Response:
        asset = assets.get(name)
        if asset is None:
            abort(404)
        zipped = request.accept_encodings["gzip"] > 0
        response = Response(asset.zipped if zipped else asset.content, mimetype=asset.media_type)
        if zipped:
            response.content_encoding = "gzip"
        response.vary.add("Accept-Encoding")
        response.set_etag(asset.version + ("-gz" if zipped else ""))
        if request.args.get("v") == asset.version:
            response.cache_control.public = True
            response.cache_control.max_age = _FOREVER
            response.cache_control.immutable = True
        else:
            response.cache_control.no_cache = True
        response.make_conditional(request)
        return response

    def asset_url(name: str) -> str:
        return f"/static/{name}?v={assets[name].version}"

    app.add_url_rule("/static/<path:name>", "static", serve)
    app.jinja_env.globals["asset_url"] = asset_url


def _contents() -> Iterator[tuple[str, bytes]]:
    """Every asset's name and bytes; the style sheet last, as it names the others' versions."""
    typeface = typeface_folder().joinpath("PlusJakartaSans[wght].ttf").read_bytes()
    yield _TYPEFACE, typeface
    for entry in files("api").joinpath("static").iterdir():
        if entry.is_file() and entry.name != _STYLES:
            yield entry.name, entry.read_bytes()
    styles = files("api").joinpath("static", _STYLES).read_text(encoding="utf-8")
    styles = styles.replace(f"/static/{_TYPEFACE}", f"/static/{_TYPEFACE}?v={_hash(typeface)}")
    yield _STYLES, (colour_variables() + "\n" + styles).encode()


def _asset(name: str, content: bytes) -> Asset:
    media_type = "font/ttf" if name.endswith(".ttf") else mimetypes.guess_type(name)[0]
    return Asset(
        content, gzip.compress(content, 9), media_type or "application/octet-stream", _hash(content)
    )


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
