"""A post's page says which words carried the model's answers, and what it was taught alike."""

import pytest
from flask import Flask

import nlp
from api import AppConfig, create_app
from models import City, Database
from tests.api.visitors import Visitor, add_post

TEXT = "lampu jalan mati semua depan pasar, hubungi 0812-0000-1234 atau a@example.com"
KEY = b"a key only for tests, 32 bytes.."
NOTHING = "Penjelasan hanya ada untuk bacaan model yang sedang dipakai"


@pytest.fixture(scope="module", params=["encoder", "floor"])
def model(request: pytest.FixtureRequest) -> nlp.Model:
    """Each model that comes along."""
    return nlp.load_model(request.param)


@pytest.fixture
def visitor(sqlite_db: Database, city: City, model: nlp.Model) -> Visitor:
    """An official on a site that has the model at hand."""
    site: Flask = create_app(sqlite_db, city, AppConfig(secret_key=KEY), model)
    return Visitor(site).sign_in("official")


def test_the_words_that_carry_the_answer_are_shown_and_personal_data_never(
    visitor: Visitor, model: nlp.Model
) -> None:
    (answer,) = model.answers([TEXT])
    post_id = add_post(
        visitor.db, TEXT, model_version=model.version, embedding=answer.embedding, **answer.codes
    )
    page = visitor.get(f"/posting/{post_id}").text
    assert "Mengapa dibaca begitu" in page
    said = page.split('id="mengapa"')[1].split("</section>")[0]
    assert '<span class="word">lampu</span>' in said
    assert "0000-1234" not in said
    assert "a@example.com" not in said
    # The floor has no vectors, so it has no likenesses to show.
    assert ("Contoh berlabel yang paling mirip" in said) == (answer.embedding is not None)
    if answer.embedding:
        assert said.count("kemiripan") == 3


def test_another_models_reading_is_not_explained(visitor: Visitor) -> None:
    post_id = add_post(visitor.db, TEXT, model_version="yang-lama-1")
    assert NOTHING in visitor.get(f"/posting/{post_id}").text


def test_a_site_without_a_model_says_so(sqlite_site: Flask) -> None:
    visitor = Visitor(sqlite_site).sign_in("official")
    post_id = add_post(visitor.db, TEXT)
    assert NOTHING in visitor.get(f"/posting/{post_id}").text


def test_a_post_of_one_word_has_no_word_to_leave_out(visitor: Visitor, model: nlp.Model) -> None:
    (answer,) = model.answers(["banjir"])
    post_id = add_post(visitor.db, "banjir", model_version=model.version, **answer.codes)
    page = visitor.get(f"/posting/{post_id}").text
    assert "Tidak ada satu kata yang menentukan" in page
