"""The app factory: one Flask app from a database, a city and a configuration."""

from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

import nlp
from api.assets import init_assets
from api.auth import init_auth
from api.config import AppConfig
from api.context import EXTENSION, Context
from api.errors import init_errors
from api.json import register_json_api
from api.language import init_language
from api.protection import init_protection
from api.web import init_pages
from models import City, Database


def create_app(
    db: Database, city: City, config: AppConfig, model: nlp.Model | None = None
) -> OpenAPI:
    """Make the app that serves ``city`` from ``db``.

    The database must be migrated. The app keeps nothing between requests but caches. ``model`` is
    asked why it read a post as it did.
    """
    app = OpenAPI(
        "api",
        info=Info(title="Jajak", version=config.version or "0"),
        doc_ui=False,
        static_folder=None,
    )
    app.extensions[EXTENSION] = Context(db, city, config, model)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    init_protection(app, config)
    init_assets(app)
    init_auth(app)
    init_language(app)
    init_errors(app)
    init_pages(app)
    register_json_api(app)
    return app
