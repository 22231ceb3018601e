"""An open house over a database of the test's own, and files for it to take in."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import nlp
from jajak.secrets import load_secrets
from jajak.settings import Settings
from jajak.stages import House
from models import City, Database, open_database
from models.migrate import upgrade

OpenHouse = Callable[[str], House]

STREETS = ("Jl. Otista Raya", "Jl. Fatmawati", "Jl. Daan Mogot", "Jl. Gatot Subroto", "Kemang")
COMPLAINTS = (
    "lampu jalan di {street} mati udah {n} hari, gelap banget tolong dong",
    "banjir di {street} sepinggang nih min, {n} motor mogok",
    "lubang gede di {street} bikin {n} orang jatuh, kapan ditambal??",
    "sampah numpuk depan {street} nomor genap, bau, udah {n} hari ga diangkut",
    "macet parah {street} arah kota, {n} menit ga gerak",
)
CHATTER = ("gue laper banget {n}", "nonton bola yuk jam {n}", "wkwkwk parah lo {n}x telat mulu")


@pytest.fixture(scope="session")
def reader(city: City) -> nlp.Reader:
    """The model, loaded once."""
    return nlp.load_reader(city)


@pytest.fixture
def open_house_at(tmp_path: Path, city: City, reader: nlp.Reader) -> Iterator[OpenHouse]:
    """Opens a house over a migrated database at a URL, all with the same keys."""
    opened: list[Database] = []

    def open_at(url: str) -> House:
        settings = Settings(
            home=tmp_path / "home", database_url=url, batch_size=100, inbox_settle_seconds=0
        )
        db = open_database(url)
        upgrade(db)
        opened.append(db)
        return House(settings, load_secrets(settings.home), db, city, reader)

    yield open_at
    for db in opened:
        db.close()


@pytest.fixture
def house(db_url: str, open_house_at: OpenHouse) -> House:
    """An open, empty house, once on SQLite and once on PostgreSQL."""
    return open_house_at(db_url)


@pytest.fixture
def posts_file(tmp_path: Path) -> Path:
    """A file of 1,500 invented posts over two days; some rows are broken."""
    path = tmp_path / "posting.jsonl"
    with path.open("w", encoding="utf-8") as lines:
        for number in range(1500):
            patterns = COMPLAINTS if number % 3 else CHATTER
            text = patterns[number % len(patterns)].format(
                street=STREETS[number % 7 % len(STREETS)], n=2 + number % 11
            )
            moment = f"2026-03-{2 + number % 2:02d}T{number % 24:02d}:{number % 60:02d}:00+07:00"
            post = {
                "id": f"u{number}",
                "text": text,
                "time": moment,
                "author": f"warga{number % 400}",
            }
            lines.write("{broken\n" if number % 300 == 7 else json.dumps(post) + "\n")
    return path


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
