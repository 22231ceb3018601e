"""What a running app is told from outside; `jajak` fills it from its settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A log-in of the demo city, shown on the sign-in page; never used outside the demo."""

    username: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class AppConfig:
    """How the app runs.

    ``secret_key`` signs cookies (at least 32 random bytes). ``https`` marks cookies as secure and
    sends visitors to https. ``trusted_proxies`` is how many reverse proxies in front set
    X-Forwarded headers; 0 believes none. ``rate_limit_storage`` is a ``limits`` storage address,
    shared by all processes of one installation. ``model_version`` is shown on the pages.
    """

    secret_key: bytes
    demo: bool = False
    demo_logins: tuple[DemoLogin, ...] = ()
    https: bool = False
    trusted_proxies: int = 0
    rate_limit_storage: str = "memory://"
    session_hours: int = 12
    model_version: str = ""
    version: str = ""

    def __post_init__(self) -> None:
        """Refuse a key that could be guessed, and demo log-ins outside the demo."""
        if len(self.secret_key) < 16:
            raise ValueError("secret_key needs at least 16 bytes; make one with os.urandom(32)")
        if self.demo_logins and not self.demo:
            raise ValueError("demo_logins are only for demo mode")
