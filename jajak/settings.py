"""Settings: from ``JAJAK_…`` in the environment, then ``jajak.toml``, then these defaults.

Every setting stands in ``docs/settings.md``; a test holds the two together.
"""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it and says what it takes."""


class NlpSettings(BaseModel):
    """Which language model reads the posts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        default="encoder",
        description="encoder (comes along), floor (linear, faster, weaker) or hf:NAME-OR-FOLDER",
    )


class Settings(BaseSettings):
    """What a running Jajak needs to know. Secrets are not here: see ``jajak.secrets``."""

    model_config = SettingsConfigDict(
        env_prefix="JAJAK_",
        env_nested_delimiter="__",
        toml_file="jajak.toml",
        extra="forbid",
        frozen=True,
    )

    home: Path = Field(
        default_factory=lambda: user_data_path("jajak"),
        description="Folder for the database, the keys and the inbox",
    )
    database_url: str = Field(
        default="", description="SQLAlchemy URL; empty means SQLite in the home folder"
    )
    city: str = Field(default="jakarta", description="City pack to run")
    cities_folder: Path | None = Field(
        default=None, description="Folder of your own city packs; empty means those that come along"
    )
    nlp: NlpSettings = NlpSettings()
    inbox: Path | None = Field(
        default=None, description="Folder whose files are taken in; empty means home/inbox"
    )
    inbox_settle_seconds: float = Field(
        default=5.0, ge=0, le=3600, description="How long a file lies unchanged before it is read"
    )
    host: str = Field(default="127.0.0.1", description="Address to serve pages on")
    port: int = Field(default=8600, ge=1, le=65535, description="Port to serve pages on")
    web_threads: int = Field(default=8, ge=1, le=64, description="Threads that answer requests")
    https: bool = Field(
        default=False, description="Pages are reached by HTTPS: secure cookies, HSTS"
    )
    trusted_proxies: int = Field(
        default=0, ge=0, le=8, description="Proxies in front whose X-Forwarded-For is believed"
    )
    broker_url: str = Field(
        default="", description="Redis or RabbitMQ URL for Celery workers; empty means none"
    )
    queue: str = Field(
        default="jajak", description="Broker queue; cities that share a broker need one each"
    )
    rate_limit_storage: str = Field(
        default="memory://", description="Where request rates are counted; a Redis URL for many"
    )
    batch_size: int = Field(default=500, ge=1, le=10_000, description="Posts a stage takes at once")
    idle_seconds: float = Field(
        default=5.0, gt=0, le=3600, description="Pause of the loop when there is nothing to do"
    )

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home / 'jajak.db'}"

    @property
    def inbox_folder(self) -> Path:
        """The folder whose files are taken in."""
        return self.inbox or self.home / "inbox"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then ``jajak.toml``."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings() -> Settings:
    """Read the settings. Raises ``SettingsError`` naming each one that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        )
        raise SettingsError(f"{faults} (see docs/settings.md)") from error
    except (OSError, ValueError) as error:
        raise SettingsError(f"jajak.toml cannot be read: {error}") from error
