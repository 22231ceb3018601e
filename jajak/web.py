"""The pages and the API behind a WSGI server that runs in a thread of its own."""

import threading
from importlib.metadata import version

from flask import Flask
from waitress.server import create_server

from api import AppConfig, DemoLogin, create_app
from jajak.demo import LOGINS, demo_is_loaded, refuse_beyond_this_machine
from jajak.settings import SettingsError
from jajak.stages import House


def make_web_app(house: House) -> Flask:
    """The web app for an open house."""
    demo = demo_is_loaded(house.db)
    if demo:
        refuse_beyond_this_machine(house.settings)
    return create_app(
        house.db,
        house.city,
        AppConfig(
            secret_key=house.secrets.session_key,
            https=house.settings.https,
            trusted_proxies=house.settings.trusted_proxies,
            rate_limit_storage=house.settings.rate_limit_storage,
            model_version=house.reader.version,
            version=version("jajak"),
            demo=demo,
            demo_logins=tuple(
                DemoLogin(login.username, login.password, login.role) for login in LOGINS
            )
            if demo
            else (),
        ),
        house.reader.model,
    )


class PageServer:
    """Waitress serving the web app beside the stages of the same process."""

    def __init__(self, house: House) -> None:
        settings = house.settings
        try:
            self._server = create_server(
                make_web_app(house),
                host=settings.host,
                port=settings.port,
                threads=settings.web_threads,
            )
        except OSError as error:
            raise SettingsError(
                f"pages cannot be served on {settings.host}:{settings.port}: {error.strerror}; "
                "is Jajak running already? Otherwise set JAJAK_PORT"
            ) from error
        self._thread = threading.Thread(target=self._server.run, name="pages", daemon=True)
        self.address = f"http://{settings.host}:{settings.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop taking requests and let those under way finish."""
        self._server.close()
        self._thread.join(timeout=10)
