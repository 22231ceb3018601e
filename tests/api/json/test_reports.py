"""Reports for programs: read, confirmed, corrected, rejected, undone; each once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from models import AuditRow, Database, IdempotencyRow, VerificationRow
from models.idempotency import KEPT_FOR
from tests.api.json.conftest import add_report, new_key


@pytest.fixture
def report(db: Database) -> str:
    """The address of one draft."""
    return f"/api/v1/reports/{add_report(db, 1)}"


def decisions(db: Database) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count(VerificationRow.id))) or 0


def test_a_report_comes_with_its_evidence_its_agency_and_its_events(settled: FlaskClient) -> None:
    told = settled.get("/api/v1/reports/1").json
    assert told["state"] == "draf"
    assert told["agency"]["code"] == "bina_marga"
    assert told["place"]["code"] == "31.74.09.1001"
    assert [e["excerpt"] for e in told["evidence"]] == ["lampu jalan mati"]
    assert told["evidence"][0]["annotation"]["kind"] == "laporan"
    assert [e["action"] for e in told["events"]] == ["draft"]
    assert settled.get("/api/v1/reports/1/events").json["items"] == told["events"]


def test_a_pipeline_confirms_what_it_has_read(
    db: Database, client: FlaskClient, key: dict[str, str], report: str
) -> None:
    etag = client.get(report, headers=key).headers["ETag"]
    answer = client.post(f"{report}/confirm", json={}, headers=key | {"If-Match": etag})
    assert answer.status_code == 200
    assert answer.json["state"] == "diverifikasi"
    assert answer.json["verified_at"] is not None
    assert answer.headers["ETag"] != etag
    assert answer.headers["ETag"] == client.get(report, headers=key).headers["ETag"]
    event = client.get(f"{report}/events", headers=key).json["items"][-1]
    assert (event["action"], event["by"], event["state"]) == ("confirm", "key", "diverifikasi")
    with db.reading() as session:
        deed = session.scalars(select(AuditRow)).one()
        assert deed.actor.startswith("key:") and deed.action == "report.confirm"


def test_correct_reject_and_undo(client: FlaskClient, key: dict[str, str], report: str) -> None:
    answer = client.post(
        f"{report}/correct",
        json={"revision": 1, "title": "Lampu jalan mati", "urgency": 4, "agency_code": None},
        headers=key,
    )
    assert answer.status_code == 200
    assert (answer.json["title"], answer.json["urgency"]) == ("Lampu jalan mati", 4)
    assert answer.json["agency"] is None
    assert set(answer.json["touched"]) == {"title", "urgency", "agency_code"}
    answer = client.post(
        f"{report}/reject", json={"revision": 2, "reason": "bukan laporan"}, headers=key
    )
    assert (answer.json["state"], answer.json["reject_reason"]) == ("ditolak", "bukan laporan")
    answer = client.post(f"{report}/undo", json={"revision": 3}, headers=key)
    assert (answer.json["state"], answer.json["reject_reason"]) == ("draf", None)
    assert answer.json["title"] == "Lampu jalan mati"
    events = client.get(f"{report}/events", headers=key).json["items"]
    assert [e["action"] for e in events] == ["draft", "correct", "reject", "undo"]
    assert events[2]["undone_at"] is not None


@pytest.mark.parametrize("decision", ["confirm", "correct", "reject", "undo"])
def test_a_decision_on_an_older_revision_is_refused_and_does_nothing(
    db: Database, client: FlaskClient, key: dict[str, str], report: str, decision: str
) -> None:
    client.post(f"{report}/correct", json={"revision": 1, "title": "Baru"}, headers=key)
    before = client.get(report, headers=key)
    more = {"correct": {"title": "x"}, "reject": {"reason": "x"}}.get(decision, {})
    for headers, body in (({}, {"revision": 1}), ({"If-Match": '"r1"'}, {})):
        answer = client.post(f"{report}/{decision}", json=body | more, headers=key | headers)
        assert answer.status_code == 409
        assert (answer.json["code"], answer.json["revision"]) == ("stale", 2)
    for tag in ('"other"', 'W/"r2"', "r2"):
        answer = client.post(f"{report}/{decision}", json=more, headers=key | {"If-Match": tag})
        assert answer.json["code"] == "stale"
    assert client.get(report, headers=key).json == before.json
    assert decisions(db) == 1


def test_what_the_state_does_not_allow_says_why(
    client: FlaskClient, key: dict[str, str], report: str
) -> None:
    client.post(f"{report}/confirm", json={"revision": 1}, headers=key)
    answer = client.post(f"{report}/confirm", json={"revision": 2}, headers=key)
    assert (answer.status_code, answer.json["code"]) == (409, "not-possible")
    assert answer.json["detail"] == "Laporan ini sudah diverifikasi."


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"category": "jam"}, "/category"),
        ({"urgency": 5}, "/urgency"),
        ({"urgency": "2"}, "/urgency"),
        ({"title": ""}, "/title"),
        ({"title": "\u200b"}, "/title"),
        ({"agency_code": "dinas_khayalan"}, "/agency_code"),
        ({"place_code": "99.99"}, "/place_code"),
        ({"state": "selesai"}, "/state"),
    ],
)
def test_a_correction_that_cannot_be_is_named(
    settled: FlaskClient, body: dict[str, Any], pointer: str
) -> None:
    answer = settled.post("/api/v1/reports/1/correct", json=body | {"revision": 1})
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize("reason", ["", "   ", "\n\t", "x" * 1001])
def test_a_rejection_needs_a_reason_in_words(settled: FlaskClient, reason: str) -> None:
    answer = settled.post("/api/v1/reports/1/reject", json={"revision": 1, "reason": reason})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/reason"


def test_an_unknown_report_is_not_found(settled: FlaskClient) -> None:
    assert settled.get("/api/v1/reports/77").status_code == 404
    assert settled.get("/api/v1/reports/77/events").status_code == 404
    for decision in ("confirm", "undo"):
        for tag in ("*", '"r1"'):
            answer = settled.post(
                f"/api/v1/reports/77/{decision}", json={}, headers={"If-Match": tag}
            )
            assert answer.status_code == 404


def test_the_same_request_again_is_answered_again_and_done_once(
    db: Database, client: FlaskClient, key: dict[str, str], report: str
) -> None:
    once = key | {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
    first = client.post(f"{report}/confirm", json={"revision": 1}, headers=once)
    unquoted = once | {"Idempotency-Key": once["Idempotency-Key"].strip('"')}
    for headers in (once, unquoted):
        again = client.post(f"{report}/confirm", json={"revision": 1}, headers=headers)
        assert (again.status_code, again.json) == (200, first.json)
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert decisions(db) == 1


def test_a_key_of_another_request_is_refused_and_of_another_client_is_its_own(
    db: Database, client: FlaskClient, key: dict[str, str], report: str
) -> None:
    once = {"Idempotency-Key": "satu"}
    client.post(f"{report}/confirm", json={"revision": 1}, headers=key | once)
    answer = client.post(f"{report}/confirm", json={"revision": 2}, headers=key | once)
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency-reused")
    other = {"X-API-Key": new_key(db)}
    answer = client.post(f"{report}/confirm", json={"revision": 1}, headers=other | once)
    assert answer.json["code"] == "stale" or answer.json["code"] == "not-possible"


def test_a_refused_request_can_be_put_right_with_its_key(
    client: FlaskClient, key: dict[str, str], report: str
) -> None:
    once = key | {"Idempotency-Key": "dua"}
    assert client.post(f"{report}/confirm", json={"revision": 9}, headers=once).status_code == 409
    assert client.post(f"{report}/confirm", json={"revision": 1}, headers=once).status_code == 200


@pytest.mark.parametrize("wrong", ["", '""', '"', "a b", "x" * 300, "kunci\xe9"])
def test_a_key_that_is_none_is_refused(settled: FlaskClient, wrong: str) -> None:
    answer = settled.post(
        "/api/v1/reports/1/confirm", json={"revision": 9}, headers={"Idempotency-Key": wrong}
    )
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "#header/Idempotency-Key"


def test_a_key_is_forgotten_in_time(
    db: Database, client: FlaskClient, key: dict[str, str], report: str
) -> None:
    client.post(
        f"{report}/confirm", json={"revision": 1}, headers=key | {"Idempotency-Key": "tiga"}
    )
    with db.writing() as session:
        session.scalars(select(IdempotencyRow)).one().created_at -= KEPT_FOR
    client.post(f"{report}/undo", json={"revision": 2}, headers=key | {"Idempotency-Key": "empat"})
    with db.reading() as session:
        assert [row.key for row in session.scalars(select(IdempotencyRow))] == ["empat"]


def test_of_many_at_once_one_decides(
    db: Database, client: FlaskClient, key: dict[str, str], report: str
) -> None:
    app = client.application

    def confirm(number: int) -> tuple[int, str | None]:
        once = {"Idempotency-Key": "sama"} if number % 2 else {}
        with app.test_client() as one:
            answer = one.post(f"{report}/confirm", json={"revision": 1}, headers=key | once)
            return answer.status_code, answer.json.get("code")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(confirm, range(16)))
    assert {status for status, _ in answers} <= {200, 409}
    assert any(status == 200 for status, _ in answers)
    assert {code for status, code in answers if status == 409} <= {
        "stale",
        "not-possible",
        "idempotency-running",
    }
    assert decisions(db) == 1


def test_a_decision_that_needs_no_words_needs_no_body(
    client: FlaskClient, key: dict[str, str], report: str
) -> None:
    answer = client.post(f"{report}/confirm", headers=key | {"If-Match": '"r1"'})
    assert (answer.status_code, answer.json["state"]) == (200, "diverifikasi")
    answer = client.post(f"{report}/undo", headers=key | {"If-Match": '"r2"'})
    assert (answer.status_code, answer.json["state"]) == (200, "draf")


@pytest.mark.parametrize("decision", ["confirm", "correct", "reject", "undo"])
def test_without_body_and_if_match_the_revision_is_asked_for(
    settled: FlaskClient, decision: str
) -> None:
    answer = settled.post(f"/api/v1/reports/1/{decision}")
    assert (answer.status_code, answer.json["code"]) == (428, "precondition-required")


@pytest.mark.parametrize(("decision", "pointer"), [("correct", ""), ("reject", "/reason")])
def test_a_decision_that_needs_words_says_which_when_there_is_no_body(
    settled: FlaskClient, decision: str, pointer: str
) -> None:
    answer = settled.post(f"/api/v1/reports/1/{decision}", headers={"If-Match": '"r1"'})
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json["errors"]] == [pointer]


def test_an_empty_reason_is_refused_in_words(settled: FlaskClient) -> None:
    answer = settled.post("/api/v1/reports/1/reject", json={"revision": 1, "reason": "  "})
    assert answer.json["errors"][0]["detail"] == "Alasan tidak boleh kosong."
