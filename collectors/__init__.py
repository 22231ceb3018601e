"""Where posts come in: files of any shape, an inbox folder, the demo city; all give ``Post``."""

from collectors.demo import demo_posts
from collectors.guess import guess_reading, preview
from collectors.importing import (
    BatchResult,
    ImportReader,
    import_batch,
    import_file,
    open_import,
)
from collectors.inbox import Seen, collect_inbox
from collectors.pseudonym import pseudonym
from collectors.reading import FIELDS, FORMATS, BadRow, Reading, UnreadableFile
from collectors.retry import RetryResult, retry_quarantined, stored_reading
from collectors.store import Stored, store_batch, store_posts
from collectors.times import UnreadableTime, parse_time
from collectors.xapi import post_link

__all__ = [
    "FIELDS",
    "FORMATS",
    "BadRow",
    "BatchResult",
    "ImportReader",
    "Reading",
    "RetryResult",
    "Seen",
    "Stored",
    "UnreadableFile",
    "UnreadableTime",
    "collect_inbox",
    "demo_posts",
    "guess_reading",
    "import_batch",
    "import_file",
    "open_import",
    "parse_time",
    "post_link",
    "preview",
    "pseudonym",
    "retry_quarantined",
    "store_batch",
    "store_posts",
    "stored_reading",
]
