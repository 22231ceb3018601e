"""The pages in a real browser: can everybody use them, with keys alone, without scripts."""

import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

import trends
from api import AppConfig, DemoLogin, create_app
from models import City, Database, ReportRow, open_database, utc_now
from models.migrate import upgrade
from tests.api.test_office_pages import add_import
from tests.api.visitors import PASSWORD, Visitor, add_post, add_report, add_user
from tests.conftest import skip_or_fail

pytestmark = pytest.mark.browser

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
# Longer than a newly opened draft takes no decision by key.
SETTLED_MS = 700
OPEN_PAGES = ("/masuk", "/tentang")
PAGES = (
    "/",
    "/?hari=1999-01-01",
    "/posting",
    "/posting?kategori=banjir&dari=2020-01-01&yakin=ya",
    "/posting?cari=tidakadayangini",
    "/peta",
    "/peta?tampil=kota&ukur=penduduk",
    "/peta?tampil=titik&wilayah=31.74.01",
    "/peta?dari=1999-01-01&sampai=1999-01-02",
    "/posting/1",
    "/laporan",
    "/laporan?status=ditolak",
    "/laporan/1",
    "/laporan/1/koreksi",
    "/laporan/1/tolak",
    "/sumber",
    "/sumber/karantina",
    "/akun",
    "/admin/pengguna",
    "/admin/pengguna/tambah",
    "/admin/pengguna/1",
    "/admin/audit",
    "/tidak-ada",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, as the system has it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        skip_or_fail("Chromium (an executable named chromium)")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=FLAGS)


@pytest.fixture
def served(tmp_path: Path, city: City) -> Iterator[tuple[str, Database]]:
    """An app with a busy fortnight behind it, served on a free port, and its database."""
    db = open_database(f"sqlite:///{tmp_path / 'jajak.db'}")
    upgrade(db)
    login = DemoLogin("sari", PASSWORD, "administrator")
    config = AppConfig(secret_key=b"k" * 32, demo=True, demo_logins=(login,), model_version="uji-1")
    site = create_app(db, city, config)
    fill(site, db)
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", db
    server.shutdown()
    thread.join(timeout=10)
    db.close()


def fill(site: Flask, db: Database) -> None:
    """A day like many: floods, lamps, chat, something unsure, a file with bad rows."""
    add_user(db, "sari", "administrator", "verifier")
    add_user(db, "budi", "verifier", areas=("31.74", "31.75.03"))
    now = utc_now()
    place = {"place_name": "Tebet", "place_code": "31.74.01", "place_precision": "kecamatan"}
    report_fields = [("Lampu mati di pasar", 4), ("Genangan di terowongan", 3), ("Sampah", 1)]
    for title, urgency in report_fields:
        add_report(db, title, urgency=urgency, first_at=now, last_at=now)
    add_report(db, "Bukan laporan", state="ditolak", reject_reason="Sudah ditangani")
    for number in range(60):
        kind = ("laporan", "tanya", "opini", "info", "luar")[number % 5]
        add_post(
            db,
            f"banjir di Tebet nomor {number}, hubungi 0812-0000-1234 <b>segera</b>",
            now - timedelta(hours=number * 3),
            kind=kind,
            category=None if kind == "luar" else ("banjir", "macet", "sampah")[number % 3],
            sentiment=("negatif", "netral", "positif")[number % 3],
            sure=number % 7 != 0,
            invented=True,
            **(place if number % 2 else {}),
        )
    while trends.roll_up_batch(db, 500):
        pass
    add_import(Visitor(site))


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/masuk")
    page.fill("#username", "sari")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{address}/")


def faults(page: Page) -> list[str]:
    """What axe finds on the page, as one line a rule."""
    violations = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{page.url} {rule['id']} ({rule['impact']}): {rule['nodes'][0]['html'][:160]}"
        for rule in violations
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1440])
def test_every_page_can_be_used_by_everybody(
    browser: Browser, served: tuple[str, Database], theme: str, width: int
) -> None:
    address, _db = served
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=theme,  # type: ignore[arg-type]
        bypass_csp=True,
    )
    page = context.new_page()
    found: list[str] = []
    for path in OPEN_PAGES:
        page.goto(address + path)
        found += faults(page)
    sign_in(page, address)
    for path in PAGES:
        page.goto(address + path)
        found += faults(page)
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if too_wide > 0:
            found.append(f"{path} is {too_wide} px wider than the screen")
    context.close()
    assert not found, "\n".join(found)


def quiet_page(context: BrowserContext, heard: list[str]) -> Page:
    """A page that keeps every error and refusal that the browser tells of."""
    page = context.new_page()
    page.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return page


def test_no_page_breaks_its_own_security_policy(
    browser: Browser, served: tuple[str, Database]
) -> None:
    address, _db = served
    context, heard = browser.new_context(), []
    page = quiet_page(context, heard)
    sign_in(page, address)
    for path in PAGES[:-1]:
        page.goto(address + path)
    context.close()
    assert not heard


def test_a_report_is_confirmed_with_keys_alone(
    browser: Browser, served: tuple[str, Database]
) -> None:
    address, db = served
    context, heard = browser.new_context(), []
    page = quiet_page(context, heard)
    page.goto(f"{address}/masuk")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for words in ("sari", PASSWORD):
        page.keyboard.press("Tab")
        page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/laporan")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/laporan/1")
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("y")
    page.keyboard.press("Escape")
    page.wait_for_timeout(SETTLED_MS)
    page.keyboard.press("y")
    page.wait_for_url(f"{address}/laporan/2")
    assert page.get_by_role("status").get_by_text("Laporan #1 dikonfirmasi.").is_visible()
    with db.reading() as session:
        assert session.get_one(ReportRow, 1).state == "diverifikasi"
    page.keyboard.press("u")
    page.wait_for_url(f"{address}/laporan/1")
    with db.reading() as session:
        assert session.get_one(ReportRow, 1).state == "draf"
    page.keyboard.press("x")
    page.wait_for_url(f"{address}/laporan/1/tolak")
    page.get_by_label("Sudah ditangani").check()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/laporan/2")
    page.keyboard.press("e")
    page.wait_for_url(f"{address}/laporan/2/koreksi")
    context.close()
    assert not heard


def test_a_key_that_is_held_down_decides_once_and_a_new_draft_waits_to_be_read(
    browser: Browser, served: tuple[str, Database]
) -> None:
    address, db = served
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, address)
    page.goto(f"{address}/laporan/1")
    page.keyboard.press("y")  # too early
    page.wait_for_timeout(SETTLED_MS)
    assert page.url == f"{address}/laporan/1"
    for _repeat in range(40):  # each down after the first is a repeat, as of a held key
        page.keyboard.down("y")
        page.wait_for_timeout(50)
    page.keyboard.up("y")
    page.wait_for_url(f"{address}/laporan/2")
    page.wait_for_timeout(SETTLED_MS)
    with db.reading() as session:
        states = [session.get_one(ReportRow, number).state for number in (1, 2, 3)]
    assert states == ["diverifikasi", "draf", "draf"]
    page.keyboard.press("y")
    page.wait_for_url(f"{address}/laporan/3")
    context.close()


@pytest.mark.parametrize("width", [375, 1440])
def test_everything_works_without_scripts(
    browser: Browser, served: tuple[str, Database], width: int
) -> None:
    address, db = served
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    sign_in(page, address)
    if width == 375:
        page.get_by_text("Menu", exact=True).click()
        page.get_by_role("navigation", name="Menu").get_by_role("link", name="Laporan").click()
    else:
        page.get_by_role("navigation", name="Utama").get_by_role("link", name="Laporan").click()
    page.get_by_role("link", name="Lampu mati di pasar").click()
    page.get_by_role("link", name="Koreksi").click()
    page.get_by_label("Judul").fill("Lampu jalan mati di pasar")
    page.get_by_role("button", name="Simpan dan konfirmasi").click()
    page.get_by_text("Laporan #1 dikoreksi dan dikonfirmasi.").wait_for()
    page.get_by_role("link", name="Tolak").click()
    page.get_by_label("Bukan urusan kota ini").check()
    page.get_by_role("button", name="Tolak laporan").click()
    page.get_by_text("Laporan #2 ditolak.").wait_for()
    page.locator(".flash").get_by_role("button", name="Batalkan keputusan").click()
    page.get_by_text("Keputusan atas laporan #2 dibatalkan.").wait_for()
    with db.reading() as session:
        states = [session.get_one(ReportRow, number).state for number in (1, 2)]
    assert states == ["diverifikasi", "draf"]
    page.goto(f"{address}/posting")
    page.get_by_label("Kategori").select_option("banjir")
    page.get_by_role("button", name="Cari").click()
    assert "kategori=banjir" in page.url
    if width == 1440:
        page.get_by_role("button", name="Gelap").click()
        assert page.locator("html").get_attribute("data-theme") == "dark"
    context.close()


def test_words_of_charts_can_be_read_on_a_phone(
    browser: Browser, served: tuple[str, Database]
) -> None:
    address, _db = served
    context = browser.new_context(viewport={"width": 375, "height": 800})
    page = context.new_page()
    sign_in(page, address)
    heights = page.evaluate(
        "[...document.querySelectorAll('.chart-narrow text')]"
        ".map(text => text.getBoundingClientRect().height)"
    )
    shown = page.evaluate("getComputedStyle(document.querySelector('.chart-wide')).display")
    context.close()
    assert len(heights) > 10 and min(heights) >= 11
    assert shown == "none"
