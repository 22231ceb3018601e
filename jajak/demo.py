"""The demo city: an invented day and the fortnight before it, and people who may sign in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import ip_address

from sqlalchemy import func, select

import collectors
from api import hash_password
from jajak.settings import Settings
from jajak.stages import House
from models import Database, PostRow, UserAreaRow, UserRoleRow, UserRow
from models.audit import record
from models.user import user_by_name

# Until this hour the demo day would hold posts of the future, so it is yesterday.
_DAY_IS_OVER_HOUR = 23


class DemoRefused(RuntimeError):
    """Demo log-ins have public passwords; they are not made where others can reach the pages."""


@dataclass(frozen=True, slots=True)
class Login:
    """A demo log-in. The password is public, which is why it is refused off this machine."""

    username: str
    name: str
    password: str
    role: str
    areas: tuple[str, ...] = ()


LOGINS = (
    Login("pejabat", "Ratna Wulandari", "lihat-kota-2026", "official"),
    Login("verifikator", "Darto Prasetyo", "periksa-kota-2026", "verifier"),
    Login("jajak", "Sekar Ayuningtyas", "tanya-kota-2026", "poll_creator"),
    Login("admin", "Admin Kota", "urus-kota-2026", "administrator"),
)


def demo_is_loaded(db: Database) -> bool:
    """Whether this database holds demo log-ins."""
    with db.reading() as session:
        return session.scalar(select(func.count(UserRow.id)).where(UserRow.demo)) != 0


def load_demo(house: House, now: datetime) -> int:
    """Store the demo posts and log-ins that are not there yet; returns how many posts are new.

    The demo day is the last day that is over, so that it holds no post of the future. Running it
    again keeps what is there. Raises ``DemoRefused`` when pages are served beyond this machine.
    """
    refuse_beyond_this_machine(house.settings)
    _add_logins(house.db)
    with house.db.reading() as session:
        if session.scalar(select(func.count(PostRow.id)).where(PostRow.invented)):
            return 0
    zone = house.city.zone
    key = house.secrets.author_key
    day = demo_day(now.astimezone(zone))
    posts = list(collectors.demo_posts(house.city.folder / "demo", day, zone, key))
    # All in one transaction: a demo that was killed half-way would otherwise begin again on
    # another day, and tell the same story twice.
    return collectors.store_posts(house.db, posts, limit=max(len(posts), 1))


def refuse_beyond_this_machine(settings: Settings) -> None:
    """Raise ``DemoRefused`` where others than the users of this machine could sign in."""
    if not _is_loopback(settings.host) or settings.https or settings.trusted_proxies:
        raise DemoRefused(
            "this database has the demo's log-ins, whose passwords are public, and pages would be "
            f"served beyond this machine ({settings.host}); set JAJAK_HOST=127.0.0.1, or set "
            "JAJAK_HOME to another folder and begin with jajak user add"
        )


def demo_day(local_now: datetime) -> date:
    """The last day that is over for the demo's story, in the city's zone."""
    if local_now.hour >= _DAY_IS_OVER_HOUR:
        return local_now.date()
    return local_now.date() - timedelta(days=1)


def _add_logins(db: Database) -> None:
    with db.writing() as session:
        for login in LOGINS:
            if user_by_name(session, login.username):
                continue
            user = UserRow(
                username=login.username,
                name=login.name,
                password_hash=hash_password(login.password, login.username),
                demo=True,
                roles=[UserRoleRow(role=login.role)],
                areas=[UserAreaRow(place_code=code) for code in login.areas],
            )
            session.add(user)
            session.flush()
            record(session, "system", "user.add", "user", user.id, demo=True)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
