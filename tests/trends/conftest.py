"""Annotated posts without a model: what the roll-up stage finds."""

from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

import pytest

from models import Annotation, AnnotationRow, Database, Place, PostRow
from models.annotation import annotation_values

AddPost = Callable[..., int]


@pytest.fixture
def add_post(db: Database) -> AddPost:
    """Store an annotated post; returns its id."""
    numbers = count(1)

    def add(
        posted_at: datetime | None,
        kind: str = "laporan",
        category: str | None = "banjir",
        sentiment: str = "negatif",
        place_code: str | None = None,
        **post: Any,
    ) -> int:
        number = next(numbers)
        place = None
        if place_code is not None:
            place = Place(place_code, "Bukit Duri", "kelurahan", -6.2, 106.8, 0.9, None, "uji")
        annotation = Annotation(
            kind=kind,
            kind_probability=0.9,
            category=category,
            category_probability=0.9 if category else None,
            sentiment=sentiment,
            sentiment_probability=0.9,
            sure=post.pop("sure", True),
            place=place,
            near_duplicate_key=f"key{number}",
            model_version="test-1",
        )
        with db.writing() as session:
            row = PostRow(
                source=post.pop("source", "x"),
                source_id=f"p{number}",
                text=f"banjir nomor {number}",
                text_sha256="0" * 64,
                posted_at=posted_at,
                annotated_with="test-1",
                **post,
            )
            session.add(row)
            session.flush()
            session.add(AnnotationRow(**annotation_values(row.id, annotation)))
            return row.id

    return add
