"""The doctor names each fault and what to do about it, and never falls over itself."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nlp
from jajak.doctor import Finding, examine
from jajak.secrets import load_secrets
from models import open_database
from models.migrate import downgrade
from tests.jajak.command_line import Answer, CommandLine

REMEDIED = ("warning", "fault")


@pytest.fixture
def jajak(
    tmp_path: Path,
    migrated_sqlite: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    reader: nlp.Reader,
) -> CommandLine:
    return CommandLine(tmp_path / "rumah", monkeypatch, capsys, migrated_sqlite, reader)


def look(jajak: CommandLine) -> tuple[Answer, dict[str, Finding]]:
    """What the doctor answers a script, having answered a person the same."""
    person = jajak("doctor")
    answer = jajak("doctor", "--json")
    assert answer.status == person.status
    assert answer.err == person.err == ""
    findings = [Finding(**one) for one in json.loads(answer.out)]
    told = "".join(person.out.split())
    for finding in findings:
        assert finding.state in ("ok", *REMEDIED)
        assert finding.found
        assert bool(finding.remedy) == (finding.state in REMEDIED), finding
        assert "".join(f"{finding.subject}{finding.found}".split()) in told, finding
        assert "".join(finding.remedy.split()) in told, finding
    return answer, {finding.subject: finding for finding in findings}


def faults(findings: dict[str, Finding]) -> set[str]:
    return {finding.subject for finding in findings.values() if finding.state == "fault"}


def test_a_house_in_order_is_said_to_be_well(jajak: CommandLine) -> None:
    answer, findings = look(jajak)
    assert answer.status == 0
    assert not faults(findings)
    assert {"python", "jajak", "settings", "home", "keys", "city", "model"} <= set(findings)
    assert {"database", "migrations", "posts", "users", "broker", "inbox"} <= set(findings)


def test_a_real_process_says_the_same_and_reads_a_text_with_its_own_model(
    jajak: CommandLine,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jajak.cli", "doctor", "--json"],
        env=os.environ,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    findings = {one["subject"]: one for one in json.loads(done.stdout)}
    assert "penerangan_jalan" in findings["model"]["found"]


def test_what_is_still_missing_is_a_warning_with_a_way_on(
    jajak: CommandLine, posts_file: Path
) -> None:
    _, findings = look(jajak)
    assert findings["posts"].state == findings["users"].state == "warning"
    assert "jajak demo" in findings["posts"].remedy
    assert "jajak user add" in findings["users"].remedy
    assert jajak("import", posts_file).status == 0
    answer, findings = look(jajak)
    assert answer.status == 0
    assert findings["posts"].found.startswith("1,495")
    assert "1,495 posts to annotate" in findings["waiting"].found
    assert findings["quarantine"].found == "5 rows"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://jajak:rahasia@127.0.0.1:1/tiada",
        "postgresql+psycopg://jajak:rahasia@127.0.0.1:1/tiada?connect_timeout=1",
        "tiada://jajak:rahasia@127.0.0.1/jajak",
        "bukan alamat rahasia",
        "sqlite:////proc/tiada/jajak.db",
    ],
)
def test_a_database_that_does_not_answer_is_named_without_its_password(
    jajak: CommandLine, url: str
) -> None:
    jajak.monkeypatch.setenv("JAJAK_DATABASE_URL", url)
    answer, findings = look(jajak)
    assert answer.status == 1
    assert faults(findings) == {"database"}
    assert "JAJAK_DATABASE_URL" in findings["database"].remedy
    assert "rahasia" not in answer.out


@pytest.mark.postgres
def test_a_database_without_tables_is_told_to_be_migrated(
    jajak: CommandLine, postgres_url: str
) -> None:
    jajak.monkeypatch.setenv("JAJAK_DATABASE_URL", postgres_url)
    answer, findings = look(jajak)
    assert answer.status == 1
    assert faults(findings) == {"migrations"}
    assert findings["migrations"].remedy == "run jajak db upgrade"
    assert jajak("process").status == 2, "a server's database is never changed by opening it"
    assert jajak("db", "upgrade").status == 0
    answer, findings = look(jajak)
    assert answer.status == 0


def test_a_database_of_an_earlier_version_is_told_to_be_migrated(jajak: CommandLine) -> None:
    database = open_database(jajak.url)
    downgrade(database, "base")
    database.close()
    answer, findings = look(jajak)
    assert answer.status == 1
    assert faults(findings) == {"migrations"}


def test_a_key_that_others_can_read_is_named(jajak: CommandLine) -> None:
    load_secrets(jajak.home)
    (jajak.home / "author.key").chmod(0o644)
    answer, findings = look(jajak)
    assert answer.status == 1
    assert faults(findings) == {"keys"}
    assert f"chmod 600 {jajak.home / 'author.key'}" in findings["keys"].found


def test_a_key_that_was_cut_short_is_named(jajak: CommandLine) -> None:
    load_secrets(jajak.home)
    (jajak.home / "session.key").write_bytes(b"")
    answer, findings = look(jajak)
    assert answer.status == 1
    assert faults(findings) == {"keys"}
    assert "session.key" in findings["keys"].found


@pytest.mark.parametrize("file", ["city.toml", "areas.csv", "routing.csv"])
@pytest.mark.parametrize("damage", ["gone", "garbage"])
def test_a_broken_city_pack_is_named(
    jajak: CommandLine, tmp_path: Path, file: str, damage: str
) -> None:
    packs = tmp_path / "kota-kota"
    shutil.copytree(Path(__file__).parents[2] / "cities", packs)
    broken = packs / "jakarta" / file
    if damage == "gone":
        broken.unlink()
    else:
        broken.write_bytes(b"\xff\xfe\0rusak = = \x00\n")
    jajak.monkeypatch.setenv("JAJAK_CITIES_FOLDER", str(packs))
    answer, findings = look(jajak)
    assert answer.status == 1
    assert "city" in faults(findings)
    assert "docs/city-pack.md" in findings["city"].remedy
    assert "jakarta" in findings["city"].found


def test_a_city_that_has_no_pack_is_named(jajak: CommandLine) -> None:
    jajak.monkeypatch.setenv("JAJAK_CITY", "atlantis")
    answer, findings = look(jajak)
    assert answer.status == 1
    assert "atlantis" in findings["city"].found


def test_a_missing_city_pack_is_not_called_a_bug_to_report(jajak: CommandLine) -> None:
    jajak.monkeypatch.setenv("JAJAK_CITY", "atlantis")
    _, findings = look(jajak)
    assert not any("report this" in finding.remedy for finding in findings.values())


def test_an_inbox_that_is_no_folder_is_named(jajak: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "kotak").write_text("bukan folder")
    jajak.monkeypatch.setenv("JAJAK_INBOX", str(tmp_path / "kotak"))
    _, findings = look(jajak)
    assert findings["inbox"].state in REMEDIED


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "delapan"), ("PORT", "0"), ("BATCH_SIZE", "-1"), ("HTTPS", "barangkali")],
)
def test_a_setting_that_cannot_be_used_is_named(jajak: CommandLine, name: str, value: str) -> None:
    jajak.monkeypatch.setenv(f"JAJAK_{name}", value)
    answer, findings = look(jajak)
    assert answer.status == 1
    assert faults(findings) == {"settings"}
    assert name.lower() in findings["settings"].found


def test_a_settings_file_that_cannot_be_read_is_named(jajak: CommandLine) -> None:
    Path("jajak.toml").write_bytes(b"port = = \xff\n")
    answer, findings = look(jajak)
    assert answer.status == 1
    assert "jajak.toml" in findings["settings"].found


def test_a_home_that_cannot_be_made_is_named(jajak: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("bukan folder")
    jajak.monkeypatch.setenv("JAJAK_HOME", str(tmp_path / "berkas" / "rumah"))
    answer, findings = look(jajak)
    assert answer.status == 1
    assert "JAJAK_HOME" in findings["home"].remedy
    assert {"home", "keys"} <= faults(findings)


def test_a_home_that_cannot_be_written_is_named(jajak: CommandLine) -> None:
    # A folder in which not even the superuser can make a file.
    jajak.monkeypatch.setenv("JAJAK_HOME", "/proc")
    answer, findings = look(jajak)
    assert answer.status == 1
    assert "JAJAK_HOME" in findings["home"].remedy


def test_a_broker_that_does_not_answer_is_named_without_its_password(jajak: CommandLine) -> None:
    jajak.monkeypatch.setenv("JAJAK_BROKER_URL", "redis://:rahasia@127.0.0.1:1/0")
    answer = jajak("doctor", "--json")
    assert answer.status == 1
    findings = {one["subject"]: Finding(**one) for one in json.loads(answer.out)}
    assert faults(findings) == {"broker"}
    assert "JAJAK_BROKER_URL" in findings["broker"].remedy
    assert "rahasia" not in answer.out


def test_everything_wrong_at_once_is_all_told(jajak: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("bukan folder")
    for name, value in (
        ("HOME", str(tmp_path / "berkas")),
        ("CITY", "atlantis"),
        ("DATABASE_URL", "tiada://x"),
        ("BROKER_URL", "tiada://x"),
        ("INBOX", str(tmp_path / "berkas")),
    ):
        jajak.monkeypatch.setenv(f"JAJAK_{name}", value)
    findings = {finding.subject: finding for finding in examine()}
    assert {"home", "keys", "city", "database", "broker"} <= faults(findings)
    assert all(finding.remedy for finding in findings.values() if finding.state == "fault")
