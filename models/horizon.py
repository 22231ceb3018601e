"""How far a reader may follow a list of changes and be sure that nothing can appear behind it."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.base import utc_now

# Two changes may bear the same moment, and two machines' clocks may differ a little.
_MARGIN = timedelta(seconds=2)


def settled_before(session: Session) -> datetime:
    """The moment before which every change that will ever bear an earlier time is visible.

    A row is stamped while its transaction runs and seen when it commits, so a reader that has
    passed the stamp would miss it. On PostgreSQL the oldest transaction that has written
    anything is the limit; on SQLite there is one writer at a time, so stamps are in order.
    """
    now = utc_now()
    if session.get_bind().dialect.name == "postgresql":
        oldest = session.scalar(
            text(
                "SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database() "
                "AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
            )
        )
        now = min(now, oldest) if oldest is not None else now
    return now - _MARGIN
