"""A second city runs as the first does: pages, places, drafts. What the guide shows is so."""

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import select

import nlp
from api import AppConfig, create_app
from jajak.secrets import load_secrets
from jajak.settings import Settings
from jajak.stages import STAGES, House, advance
from models import Database, ReportRow, load_city
from models.city import cities_folder
from tests.api.visitors import Visitor

GUIDE = Path(__file__).parents[2] / "docs" / "add-your-city.md"
TEXTS = (
    "banjir di kelurahan ngagel rejo, banyune munggah sak dengkul, tolong pompane diuripno",
    "ngagel rejo banjir lagi min, air masuk rumah warga",
    "PJU jalan merr mati semua dari kemarin, peteng ndedet",
    "macet total di jakarta selatan, ampun",
)


@pytest.fixture
def surabaya(tmp_path: Path, sqlite_db: Database, sqlite_url: str) -> House:
    city = load_city("surabaya")
    settings = Settings(
        home=tmp_path / "home", database_url=sqlite_url, city="surabaya", inbox_settle_seconds=0
    )
    reader = nlp.load_reader(city)
    return House(settings, load_secrets(settings.home), sqlite_db, city, reader)


def test_posts_of_the_second_city_become_drafts_for_its_own_agencies(surabaya: House) -> None:
    inbox = surabaya.settings.inbox_folder
    inbox.mkdir(parents=True)
    lines = [
        {"id": str(n), "text": text, "time": f"2026-03-02T10:{n:02d}:00+07:00", "author": f"w{n}"}
        for n, text in enumerate(TEXTS)
    ]
    (inbox / "posting.jsonl").write_text("\n".join(map(json.dumps, lines)))
    for stage in STAGES:
        advance(surabaya, stage)
    with surabaya.db.reading() as session:
        flood = session.scalars(select(ReportRow).where(ReportRow.category == "banjir")).one()
    assert flood.place_code == "35.78.04.1004"
    assert flood.agency_code == "dsdabm" and "Surabaya" in flood.description
    site = create_app(surabaya.db, surabaya.city, AppConfig(secret_key=b"k" * 32))
    visitor = Visitor(site).sign_in("verifier", "official")
    for path in ("/?hari=2026-03-02", "/posting?wilayah=35.78.04.1004", "/laporan", "/sumber"):
        answer = visitor.get(path)
        assert answer.status_code == 200 and "Surabaya" in answer.text
    page = visitor.get(f"/laporan/{flood.id}").text
    assert "Ngagel Rejo, Wonokromo" in page
    assert "juga: Badan Penanggulangan Bencana Daerah Kota Surabaya" in " ".join(page.split())


def test_a_place_in_the_first_city_lies_outside_the_second(surabaya: House) -> None:
    at_home, away = surabaya.reader.read([TEXTS[1], TEXTS[3]])
    assert at_home.place is not None and at_home.place.code == "35.78.04.1004"
    assert away.place is not None and away.place.code is None


def test_what_the_guide_shows_stands_in_the_pack() -> None:
    pack = cities_folder() / "surabaya"
    blocks = re.findall(r"^```(csv|toml)\n(.*?)^```", GUIDE.read_text(), flags=re.M | re.S)
    stands = {line for path in pack.glob("*.*") for line in path.read_text().splitlines()}
    shown = [line for _kind, block in blocks for line in block.splitlines()]
    assert len(shown) > 15 and set(shown) <= stands
    counts = [area.level for area in load_city("surabaya").areas.values()]
    assert [counts.count(level) for level in ("kota", "kecamatan", "kelurahan")] == [1, 31, 153]
