"""The pages: each module parses, calls and renders; numbers come from the rooms."""

from flask import Flask

from api.web import (
    about,
    account,
    audit,
    map,
    posts,
    preferences,
    reports,
    shell,
    sign_in,
    sources,
    summary,
    users,
)


def init_pages(app: Flask) -> None:
    """Register every page and what all pages share."""
    shell.init_shell(app)
    for module in (
        summary,
        map,
        posts,
        reports,
        sources,
        account,
        users,
        audit,
        about,
        sign_in,
        preferences,
    ):
        app.register_blueprint(module.pages)
