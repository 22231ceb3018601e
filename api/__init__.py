"""The web: pages for people, the JSON API for programs, both over the same functions."""

from api.app import create_app
from api.config import AppConfig, DemoLogin
from api.keys import make_key, revoke_key
from api.passwords import WeakPassword, hash_password

__all__ = [
    "AppConfig",
    "DemoLogin",
    "WeakPassword",
    "create_app",
    "hash_password",
    "make_key",
    "revoke_key",
]
