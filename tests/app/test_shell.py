"""Settings, languages and frozen values: what the shell stands on."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import config, i18n
from app.config import Settings, SettingsError
from app.db import UtcTime
from app.i18n import (
    LANGUAGES,
    CatalogueGapError,
    best_language,
    sentences,
    translator,
    unbroken,
)
from app.models.frozen import cells, read
from menus import Eater, Iddsi, Seasoning
from screening import Condition, Prescription, Range, RefeedingLevel

NBSP = "\u00a0"


@pytest.fixture
def instance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "instance"
    monkeypatch.setattr(config, "INSTANCE", folder)
    return folder


def test_without_settings_the_house_stands_on_its_own_folder(instance: Path) -> None:
    found = Settings.from_env({})
    assert found.database_url == f"sqlite:///{instance / 'npcc.sqlite3'}"
    assert (found.port, found.public_url) == (8000, "http://127.0.0.1:8000")
    assert not found.secure_cookies
    assert Settings.from_env({}).secret_key == found.secret_key
    assert (instance / "secret_key").stat().st_mode & 0o077 == 0


def test_settings_come_from_the_surroundings(instance: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from a file\n", encoding="utf-8")
    env = {
        "DATABASE_URL": "postgres://npcc@db/npcc",
        "SECRET_KEY_FILE": str(secret),
        "PORT": "9000",
        "PUBLIC_URL": "https://npcc.example/",
    }
    found = Settings.from_env(env)
    assert found.database_url == "postgresql://npcc@db/npcc"
    assert found.secret_key == "from a file"
    assert (found.port, found.public_url) == (9000, "https://npcc.example")
    assert found.secure_cookies
    assert not instance.exists()


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"PORT": "acht"}, "PORT"),
        ({"PLAN_MOVES": "0"}, "PLAN_MOVES"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"SECRET_KEY_FILE": "/nowhere/at/all"}, "SECRET_KEY_FILE"),
    ],
)
def test_a_wrong_setting_is_named(instance: Path, env: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Settings.from_env(env)


def test_settings_never_show_their_secrets() -> None:
    assert "geheim" not in repr(Settings(database_url="sqlite://", secret_key="geheim"))


@pytest.mark.parametrize(
    ("wish", "language"),
    [("fr-BE, en;q=0.8", "fr"), ("de, en", "en"), ("EN-gb", "en"), ("zz", "nl"), (None, "nl")],
)
def test_a_reader_gets_the_nearest_language(wish: str | None, language: str) -> None:
    assert best_language(wish) == language
    assert translator("zz").language == "nl"


def test_numbers_follow_the_reader() -> None:
    nl, fr, en = (translator(one) for one in ("nl", "fr", "en"))
    assert nl.number(1234.5, 1) == f"1{NBSP}234,5"
    assert en.number(1234.5, 1) == "1,234.5"
    assert "234,5" in fr.number(Decimal("1234.5"), 1)
    assert nl.number(Decimal("2.5")) == "3"
    assert nl.number(-3) == "\u22123"
    assert nl.cents(120) == f"€{NBSP}1,20"


def test_days_and_times_follow_the_reader() -> None:
    nl, fr, en = (translator(one) for one in ("nl", "fr", "en"))
    friday = date(2026, 11, 27)
    assert nl.date(friday) == "27 november 2026"
    assert nl.day(friday) == "vrijdag 27 november"
    assert nl.short_day(friday) == "vr 27 nov"
    assert nl.weekday(friday) == "vrijdag"
    assert (nl.time(571), fr.time(571), en.time(571)) == ("9.31", "9h31", "9:31")
    noon = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert nl.time(noon) == "12.00"
    assert nl.moment(noon) == "wo 1 jul, 12.00"


def test_a_sentence_gets_its_figures_in_the_readers_way() -> None:
    nl = translator("nl")
    assert "1 234" in nl.say("form.too_long", max=1234).replace(NBSP, " ")
    assert "27 november" in nl.say(
        "mail.reorder.send.text", day=date(2026, 11, 27), link="https://x"
    )
    assert "melk" in nl.say("objection.allergy.contains", subject="milk", rule="allergy:milk")
    with pytest.raises(CatalogueGapError, match="no nl sentence for x.y"):
        nl.say("x.y")
    assert not nl.knows("x.y")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("12 g", f"12{NBSP}g"),
        ("{count} min rijden", f"{{count}}{NBSP}min rijden"),
        ("15 kg en 40 %, 75 °C", f"15{NBSP}kg en 40{NBSP}%, 75{NBSP}°C"),
        ("{value} {unit} te veel", f"{{value}}{NBSP}{{unit}} te veel"),
        ("22 kg/m² of 3 l", f"22{NBSP}kg/m² of 3{NBSP}l"),
        ("{count} minuten, {count} gerechten", "{count} minuten, {count} gerechten"),
        ("{a} l'eau, 3 l\u2019eau", "{a} l'eau, 3 l\u2019eau"),
        ("in g per dag", "in g per dag"),
    ],
)
def test_a_figure_and_its_unit_stay_on_one_line(written: str, kept: str) -> None:
    assert unbroken(written) == kept


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_parts_a_figure_from_its_unit(language: str) -> None:
    apart = re.compile(r"[\d}] (?:k?g|mg|ml|kcal|min|mm|cm|km|%|°C)(?![\w'\u2019])")
    said = [form for forms in sentences(language).values() for form in forms]
    assert [form for form in said if apart.search(form)] == []
    assert sum(NBSP in form for form in said) > 100


def test_plural_and_singular_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = {"box": ("{count} doos", "{count} dozen")}
    monkeypatch.setattr(i18n, "sentences", lambda _: forms)
    assert translator("nl").say("box", count=1) == "1 doos"
    assert translator("nl").say("box", count=3) == "3 dozen"


def test_two_files_may_not_speak_for_one_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (tmp_path / "nl").mkdir()
    for name in ("a.po", "b.po"):
        (tmp_path / "nl" / name).write_text(head + 'msgid "x.y"\nmsgstr "z"\n', encoding="utf-8")
    monkeypatch.setattr(i18n, "_FOLDER", tmp_path)
    i18n.own_sentences.cache_clear()
    with pytest.raises(ValueError, match="x.y stands twice in nl"):
        i18n.own_sentences("nl")
    i18n.own_sentences.cache_clear()


def test_a_time_without_a_zone_is_never_stored() -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcTime().process_bind_param(datetime(2026, 1, 1), None)  # noqa: DTZ001 - the very point


eaters = st.builds(
    Eater,
    food_iddsi=st.none() | st.sampled_from(Iddsi),
    drink_iddsi=st.none() | st.sampled_from(Iddsi),
    allergies=st.frozensets(st.text(max_size=5)),
    seasonings=st.frozensets(st.sampled_from(Seasoning)),
)
ranges = st.builds(
    Range, low=st.none() | st.integers(0, 9000), high=st.none() | st.integers(0, 9000)
)
prescriptions = st.builds(
    Prescription,
    energy_kcal=ranges,
    protein_g=ranges,
    food_level=st.sampled_from(["4", "EC7"]),
    drink_level=st.just("2"),
    nutrients=st.dictionaries(st.text(max_size=5), ranges),
    conditions=st.frozensets(st.sampled_from(Condition)),
    refeeding=st.none() | st.sampled_from(RefeedingLevel),
    likes=st.frozensets(st.text(max_size=4)),
)


@given(eaters | prescriptions)
def test_a_frozen_value_comes_back_as_it_was(value: Any) -> None:
    assert read(type(value), json.loads(json.dumps(cells(value)))) == value


class Mark(StrEnum):
    """A word to store."""

    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """One field of each kind."""

    day: date
    at: datetime
    exact: Decimal
    pair: tuple[int, str]
    many: tuple[Mark, ...]
    by_name: dict[str, tuple[int, ...]]
    maybe: Mark | None = None


def test_every_kind_of_field_survives() -> None:
    value = Everything(
        day=date(2026, 2, 28),
        at=datetime(2026, 2, 28, 9, tzinfo=UTC),
        exact=Decimal("54.50"),
        pair=(1, "a"),
        many=(Mark.RED, Mark.RED),
        by_name={"x": (1, 2)},
    )
    assert read(Everything, cells(value)) == value


def test_a_binary_float_is_never_stored_as_exact() -> None:
    with pytest.raises(TypeError, match="float has no exact JSON"):
        cells((1.5,))
