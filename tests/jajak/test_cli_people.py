"""People and programs from the command line: added, listed, refused, taken back, written down."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from api import AppConfig, create_app
from models import ApiKeyRow, City, Database, UserRow
from models.audit import AuditRow, deeds
from models.labels import ROLES, SCOPES
from tests.jajak.command_line import Answer, CommandLine

PASSWORD = "kereta malam ke bogor"


@pytest.fixture
def jajak(
    tmp_path: Path,
    migrated_sqlite: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> CommandLine:
    return CommandLine(tmp_path / "rumah", monkeypatch, capsys, migrated_sqlite)


@pytest.fixture
def client(jajak: CommandLine, city: City) -> FlaskClient:
    config = AppConfig(secret_key=b"a key only for tests, 32 bytes..")
    return create_app(jajak.db, city, config).test_client()


def add_user(jajak: CommandLine, username: str = "wening", *more: str, **changes: str) -> Answer:
    said = {"--name": "Wening Astuti", "--role": "verifier", "--password": PASSWORD}
    said |= {f"--{name}": value for name, value in changes.items()}
    options = [word for pair in said.items() for word in pair]
    return jajak("user", "add", username, *options, *more)


def all_deeds(db: Database) -> list[AuditRow]:
    with db.reading() as session:
        return deeds(session)


def sign_in(client: FlaskClient, username: str, password: str) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/masuk").text)
    assert token is not None
    form = {"csrf_token": token[1], "username": username, "password": password}
    return client.post("/masuk", data=form)


def test_a_person_who_was_added_is_listed_and_may_sign_in(
    jajak: CommandLine, client: FlaskClient
) -> None:
    assert sign_in(client, "wening", PASSWORD).status_code != 303
    answer = add_user(jajak, "Wening", "--role", "official", "--area", "31.74.01.1001")
    assert answer.status == 0, answer.err
    assert answer.out == ""
    listed = jajak("user", "list")
    assert listed.status == 0
    for word in ("wening", "Wening Astuti", "official", "verifier", "31.74.01.1001", "yes"):
        assert word in " ".join(listed.out.split()), word
    assert sign_in(client, "wening", PASSWORD).status_code == 303


@pytest.mark.filterwarnings("ignore:Can not control echo")
def test_a_password_that_is_asked_for_is_not_shown(jajak: CommandLine) -> None:
    words = ["user", "add", "wening", "--name", "Wening", "--role", "official"]
    answer = jajak(*words, stdin=f"{PASSWORD}\n{PASSWORD}\n".encode())
    assert answer.status == 0, answer.err
    assert PASSWORD not in answer.out + answer.err


def test_a_password_is_kept_as_its_hash_only(jajak: CommandLine) -> None:
    add_user(jajak)
    with jajak.db.reading() as session:
        (kept,) = session.scalars(select(UserRow.password_hash))
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in "".join(str(deed.detail) for deed in all_deeds(jajak.db))


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("pendek", "at least 12"),
        ("x" * 300, "at most 256"),
        ("wening wening 1", "user name"),
        ("jakartajakarta1", "guessed"),
        ("qwertyqwerty12", "guessed"),
    ],
)
def test_a_weak_password_is_refused_with_advice(
    jajak: CommandLine, password: str, why: str
) -> None:
    answer = add_user(jajak, password=password)
    assert answer.status == 2
    assert why in answer.told
    assert password not in answer.told
    with jajak.db.reading() as session:
        assert session.scalars(select(UserRow)).all() == []
    assert all_deeds(jajak.db) == []


@pytest.mark.parametrize(
    ("changes", "named"),
    [({"role": "walikota"}, "walikota"), ({"area": "99.99"}, "99.99"), ({"role": ""}, "role")],
    ids=str,
)
def test_an_unknown_role_or_area_is_named(
    jajak: CommandLine, changes: dict[str, str], named: str
) -> None:
    answer = add_user(jajak, **changes)
    assert answer.status == 2
    assert named in answer.told
    with jajak.db.reading() as session:
        assert session.scalars(select(UserRow)).all() == []


def test_a_person_without_a_role_is_refused(jajak: CommandLine) -> None:
    answer = jajak("user", "add", "wening", "--name", "Wening", "--password", PASSWORD)
    assert answer.status == 2
    assert "--role" in answer.told


@pytest.mark.parametrize("again", ["wening", "WENING", " wening "])
def test_a_second_person_of_the_same_name_is_refused(jajak: CommandLine, again: str) -> None:
    add_user(jajak)
    answer = add_user(jajak, again, name="Orang Lain")
    assert answer.status == 2
    assert "already" in answer.told
    with jajak.db.reading() as session:
        assert session.scalars(select(UserRow.name)).all() == ["Wening Astuti"]
    assert len(all_deeds(jajak.db)) == 1


def asked(client: FlaskClient, path: str, key: str) -> int:
    return client.get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {key}"}).status_code


def test_a_key_is_shown_once_opens_its_scopes_and_nothing_once_revoked(
    jajak: CommandLine, client: FlaskClient
) -> None:
    answer = jajak("key", "add", "CRM kota", "--scope", "reports:read", "--scope", "posts:read")
    assert answer.status == 0, answer.err
    key = answer.out.strip()
    assert re.fullmatch(r"jjk_[a-z0-9]{8}_[0-9a-f]{64}", key)
    assert key not in answer.err, "what goes into a log must not hold the key"
    assert asked(client, "reports", key) == asked(client, "posts", key) == 200
    assert asked(client, "trends?from=2025-11-01&to=2025-11-02", key) == 403
    assert asked(client, "reports", key[:-1] + ("0" if key[-1] != "0" else "1")) == 401

    prefix = key.split("_")[1]
    listed = jajak("key", "list")
    assert prefix in listed.out
    assert key not in listed.out
    assert key.split("_")[2] not in "".join(listed.out.split())

    assert jajak("key", "revoke", prefix).status == 0
    assert asked(client, "reports", key) == asked(client, "posts", key) == 401
    assert jajak("key", "revoke", prefix).status == 0, "revoking twice does no harm"
    with jajak.db.reading() as session:
        (row,) = session.scalars(select(ApiKeyRow))
        assert row.revoked_at is not None
        assert key not in str(vars(row))


def test_an_unknown_scope_and_an_unknown_prefix_are_named(jajak: CommandLine) -> None:
    answer = jajak("key", "add", "CRM", "--scope", "semuanya")
    assert answer.status == 2
    assert answer.out == ""
    assert "semuanya" in answer.told
    answer = jajak("key", "revoke", "tiada123")
    assert answer.status == 2
    assert "tiada123" in answer.told
    assert "jajak key list" in answer.told
    assert all_deeds(jajak.db) == []


def test_help_names_every_role_and_every_scope(jajak: CommandLine) -> None:
    jajak.monkeypatch.setenv("COLUMNS", "200")
    for words, codes in ((["user", "add"], ROLES), (["key", "add"], SCOPES)):
        told = jajak(*words, "--help").out
        for code in codes:
            assert code in told, code


def test_the_audit_has_every_deed_with_who_did_it(jajak: CommandLine) -> None:
    add_user(jajak, "wening", "--role", "official")
    prefix = jajak("key", "add", "CRM", "--scope", "posts:read").out.split("_")[1]
    jajak("key", "revoke", prefix)
    written = all_deeds(jajak.db)[::-1]
    assert [deed.action for deed in written] == ["user.add", "key.add", "key.revoke"]
    assert all(re.fullmatch(r"cli:\S+", deed.actor) for deed in written)
    assert sorted(written[0].detail["roles"]) == ["official", "verifier"]
    assert written[1].detail["scopes"] == ["posts:read"]
    assert written[1].object_id == written[2].object_id
