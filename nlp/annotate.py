"""The annotate stage: posts that this reader has not answered for get their annotation."""

from sqlalchemy import update

from models.annotation import AnnotationRow, annotation_values
from models.post import PostRow, insert_or_skip, posts_without_annotation
from models.session import Database
from nlp.hint import Hint
from nlp.reader import Reader


def annotate_batch(db: Database, reader: Reader, limit: int = 500) -> int:
    """Annotate up to ``limit`` posts in one transaction; how many, 0 when none is left.

    An older model's annotations of these posts stay as rows but are no longer ``current``.
    """
    with db.writing() as session:
        posts = posts_without_annotation(session, reader.version, limit)
        if not posts:
            return 0
        found = reader.read(
            [post.text for post in posts],
            [Hint(post.place_tag, post.lat, post.lon) for post in posts],
        )
        ids = [post.id for post in posts]
        insert_or_skip(
            session,
            AnnotationRow,
            [
                annotation_values(id_, annotation)
                for id_, annotation in zip(ids, found, strict=True)
            ],
        )
        # Only what changes is touched: a row that is updated is a row that is counted again.
        newest = AnnotationRow.model_version == reader.version
        for current in (False, True):
            session.execute(
                update(AnnotationRow)
                .where(
                    AnnotationRow.post_id.in_(ids),
                    newest if current else ~newest,
                    AnnotationRow.current.is_(not current),
                )
                .values(current=current)
                .execution_options(synchronize_session=False)
            )
        session.execute(
            update(PostRow)
            .where(PostRow.id.in_(ids))
            .values(annotated_with=reader.version)
            .execution_options(synchronize_session=False)
        )
        return len(posts)
