"""What Jajak does, in plain words for residents; open to everybody."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

pages = Blueprint("about", __name__)


@pages.get("/tentang")
def show() -> ResponseReturnValue:
    """The page about Jajak."""
    return render_template("about.html")
