"""The command line as a person meets it: words in; exit status and both outputs back."""

import io
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import nlp
from jajak.cli import main
from jajak.house import chosen_database
from jajak.settings import Settings, load_settings
from models import Database
from models.digest import TableDigest, digest


@dataclass(frozen=True)
class Answer:
    """What a command left: its exit status, and what stands on each output."""

    status: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """Standard error as one line, whatever the width of the terminal made of it."""
        return " ".join(self.err.replace("│", " ").split())


class CommandLine:
    """Runs ``jajak`` in this process, with its own home folder and an SQLite database there."""

    def __init__(
        self,
        home: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        migrated: Path | None = None,
        reader: nlp.Reader | None = None,
    ) -> None:
        """``migrated`` is copied and ``reader`` is used again: making them takes most of the time.

        Where either is left out, the command makes its own, as it does for a person.
        """
        self.home = home
        self.monkeypatch = monkeypatch
        self._capsys = capsys
        for name in Settings.model_fields:
            monkeypatch.delenv(f"JAJAK_{name.upper()}", raising=False)
        home.mkdir(parents=True, exist_ok=True)
        if migrated is not None:
            shutil.copyfile(migrated, home / "jajak.db")
        monkeypatch.chdir(home.parent)
        monkeypatch.setenv("JAJAK_HOME", str(home))
        if reader is not None:
            monkeypatch.setattr(nlp, "load_reader", lambda _city, _model="encoder": reader)
        self.url = f"sqlite:///{home / 'jajak.db'}"
        monkeypatch.setenv("JAJAK_DATABASE_URL", self.url)

    def __call__(self, *words: object, stdin: bytes = b"") -> Answer:
        """Run one command; an error that it does not explain goes through."""
        self.monkeypatch.setattr(sys, "argv", ["jajak", *map(str, words)])
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._capsys.readouterr()
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(bool(end.code))
        out, err = self._capsys.readouterr()
        return Answer(status, out, err)

    @property
    def db(self) -> Database:
        """The database that the commands use."""
        return chosen_database(load_settings())

    def digest(self) -> tuple[TableDigest, ...]:
        """The fingerprint of everything that the database holds."""
        with self.db.reading() as session:
            return digest(session)
