"""What every view may reach: the database, the city, the configuration."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app

import nlp
from api.config import AppConfig
from models import City, Database, utc_now

EXTENSION = "jajak"


@dataclass(frozen=True, slots=True)
class Context:
    """The parts that one app was made from; without a model no page explains an answer."""

    db: Database
    city: City
    config: AppConfig
    model: nlp.Model | None = None


def context() -> Context:
    """The parts of the app that answers the present request."""
    return cast(Context, current_app.extensions[EXTENSION])


def local_now() -> datetime:
    """The present moment in the city's zone."""
    return utc_now().astimezone(context().city.zone)
