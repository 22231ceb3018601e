"""Open the house: settings, keys, a migrated database, the city, the model."""

from sqlalchemy.exc import ArgumentError

import nlp
from jajak.secrets import load_secrets
from jajak.settings import Settings, SettingsError, load_settings
from jajak.stages import House
from models import City, Database, load_city, open_database
from models.migrate import current_revision, newest_revision, upgrade


class NotMigrated(RuntimeError):
    """The database's tables are not those of this version; the message says what to run."""


def open_house(settings: Settings | None = None) -> House:
    """Open everything, bringing an SQLite database up to date on the way.

    A server's database is never changed by opening it: raises ``NotMigrated`` when it is behind.
    """
    chosen = settings or load_settings()
    secrets = load_secrets(chosen.home)
    db = ready_database(chosen)
    city = chosen_city(chosen)
    return House(chosen, secrets, db, city, nlp.load_reader(city, chosen.nlp.model))


def chosen_city(settings: Settings) -> City:
    """The city pack that the settings name."""
    return load_city(settings.city, settings.cities_folder)


def chosen_database(settings: Settings) -> Database:
    """The database that the settings name, as it stands. Raises ``SettingsError``."""
    try:
        return open_database(settings.database, settings.web_threads)
    except (ArgumentError, ImportError) as error:
        # The URL may hold a password, so it is not repeated.
        raise SettingsError(
            "JAJAK_DATABASE_URL is not a database's URL; one looks like "
            "postgresql+psycopg://user@host/name (see docs/settings.md)"
        ) from error
    except OSError as error:
        raise SettingsError(f"{settings.home} cannot be used: {error.strerror}") from error


def ready_database(settings: Settings) -> Database:
    """The database, with this version's tables."""
    db = chosen_database(settings)
    standing, newest = current_revision(db), newest_revision()
    if standing != newest:
        if db.engine.dialect.name != "sqlite":
            raise NotMigrated(
                f"the database stands at revision {standing or 'none'}, this version needs "
                f"{newest}: run jajak db upgrade"
            )
        upgrade(db)
    return db
