"""Who may do what: the one table that every view asks."""

from collections.abc import Iterable
from typing import Literal

Permission = Literal[
    "summary.view",
    "posts.view",
    "reports.view",
    "reports.decide",
    "sources.view",
    "users.manage",
    "audit.view",
]

ROLES_WITH: dict[Permission, frozenset[str]] = {
    "summary.view": frozenset({"administrator", "official", "verifier", "poll_creator"}),
    "posts.view": frozenset({"administrator", "official", "verifier", "poll_creator"}),
    "reports.view": frozenset({"administrator", "official", "verifier"}),
    "reports.decide": frozenset({"administrator", "verifier"}),
    "sources.view": frozenset({"administrator", "official", "verifier"}),
    "users.manage": frozenset({"administrator"}),
    "audit.view": frozenset({"administrator"}),
}


def may(roles: Iterable[str], permission: Permission) -> bool:
    """Whether somebody with these roles has ``permission``."""
    return not ROLES_WITH[permission].isdisjoint(roles)
