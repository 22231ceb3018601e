"""``/api/v1/status``: what runs here and how far it is, without a key and without secrets."""

from datetime import datetime

from flask import Response
from pydantic import Field

from api.context import context
from api.json.blueprint import endpoint
from api.json.fields import Told
from api.json.pages import ITEM_HEADERS, tagged
from models.post_search import (
    PostFilter,
    count_annotated,
    count_deleted,
    count_posts,
    last_post_at,
    origins,
)
from models.report import report_counts


class CityName(Told):
    """The city that is served."""

    code: str
    name: str
    time_zone: str


class PostCounts(Told):
    """How many posts there are."""

    total: int = Field(description="Without deleted ones")
    annotated: int = Field(description="Of these, read by a model")
    deleted: int = Field(description="Deleted at their source")


class Status(Told):
    """What runs here and how far it is."""

    service: str
    version: str
    model_version: str
    city: CityName
    demo: bool = Field(description="`true`: every post here is invented; by the posts themselves")
    posts: PostCounts
    reports: dict[str, int] = Field(description="Number of reports by state")
    last_post_at: datetime | None


@endpoint("get", "/status", tag="status", answer=Status, headers=ITEM_HEADERS)
def show_status() -> Response:
    """Version, model, and how many posts and reports there are. Needs no key."""
    here = context()
    with here.db.reading() as session:
        kinds = origins(session)
        response = tagged(
            Status(
                service="jajak",
                version=here.config.version,
                model_version=here.config.model_version,
                city=CityName(
                    code=here.city.code, name=here.city.name, time_zone=here.city.zone.key
                ),
                demo=not kinds.real and (kinds.invented or here.config.demo),
                posts=PostCounts(
                    total=count_posts(session, PostFilter()),
                    annotated=count_annotated(session),
                    deleted=count_deleted(session),
                ),
                reports=report_counts(session),
                last_post_at=last_post_at(session),
            )
        )
    response.cache_control.max_age = 5
    return response
