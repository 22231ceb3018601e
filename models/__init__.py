"""The data model: every table with its named queries, the session, migrations, city packs."""

from models.annotation import Annotation, AnnotationRow
from models.audit import Actor, AuditRow
from models.base import Base, utc_now
from models.city import City, CityPackError, load_city
from models.idempotency import IdempotencyRow
from models.incident import IncidentPostRow, IncidentRow
from models.intake import ImportFileRow, QuarantineRow
from models.place import Place
from models.poll import AnswerRow, BallotRow, OptionRow, PollRow, QuestionRow
from models.post import AuthorRow, Post, PostRow
from models.report import DeliveryRow, EndpointRow, EvidenceRow, ReportRow, VerificationRow
from models.rollup import RollupRow
from models.session import Database, open_database
from models.user import ApiKeyRow, UserAreaRow, UserRoleRow, UserRow

TABLES = tuple(Base.metadata.sorted_tables)

__all__ = [
    "TABLES",
    "Actor",
    "Annotation",
    "AnnotationRow",
    "AnswerRow",
    "ApiKeyRow",
    "AuditRow",
    "AuthorRow",
    "BallotRow",
    "Base",
    "City",
    "CityPackError",
    "Database",
    "DeliveryRow",
    "EndpointRow",
    "EvidenceRow",
    "IdempotencyRow",
    "ImportFileRow",
    "IncidentPostRow",
    "IncidentRow",
    "OptionRow",
    "Place",
    "PollRow",
    "Post",
    "PostRow",
    "QuarantineRow",
    "QuestionRow",
    "ReportRow",
    "RollupRow",
    "UserAreaRow",
    "UserRoleRow",
    "UserRow",
    "VerificationRow",
    "load_city",
    "open_database",
    "utc_now",
]
