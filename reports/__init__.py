"""Posts to incidents, incidents to draft reports, and what people decide about them."""

from reports.corrections import CORRECTABLE
from reports.drafts import draft_batch, other_agencies
from reports.errors import InvalidCorrection, NotPossible, ReportNotFound, StaleReport
from reports.incidents import group_batch
from reports.queue import Cursor, Dossier, Evidence, Page, ReportFilter, counts, dossier, queue
from reports.verification import confirm, correct, hold, may_verify, reject, undo

__all__ = [
    "CORRECTABLE",
    "Cursor",
    "Dossier",
    "Evidence",
    "InvalidCorrection",
    "NotPossible",
    "Page",
    "ReportFilter",
    "ReportNotFound",
    "StaleReport",
    "confirm",
    "correct",
    "counts",
    "dossier",
    "draft_batch",
    "group_batch",
    "hold",
    "may_verify",
    "other_agencies",
    "queue",
    "reject",
    "undo",
]
