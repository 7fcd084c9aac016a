"""Every instrument's form: drawn from its table, kept as a draft, gone on with, on paper."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask
from marshmallow import ValidationError
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import screening
from app.access import Actor, Role
from app.db import transaction
from app.i18n import LANGUAGES, unbroken
from app.models.care import Measurement, Screening, ScreeningDraft
from app.operations import drafts, upkeep
from app.schemas.screening import (
    FORMS,
    UNSURE,
    ScreeningAnswers,
    ScreeningPreview,
    is_typed,
    on_form,
    options,
)
from screening import InputKind, Tool
from tests import factories
from tests.app.test_care_pages import TODAY, Desk, Visit, desk, sqlite_url, stocked_file

__all__ = ["desk", "sqlite_url", "stocked_file"]  # fixtures of the care pages, used here too

SCRIPT = {"HX-Request": "true"}
MNA_SF = {
    "tool": "MNA_SF",
    "weight_kg": "47,2",
    "height_cm": "161",
    "A": "1",
    "B": "2",
    "C": "2",
    "D": "0",
    "E": "2",
}


def shown_in(page: str) -> set[str]:
    return set(re.findall(r'name="shown" value="(\w+)"', page))


def value_in(page: str, name: str) -> str | None:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else None


def checked_in(page: str, name: str) -> str | None:
    found = re.search(rf'name="{name}" value="([^"]*)" data-letter="[^"]*" checked', page)
    return found[1] if found else None


def answered(tool: Tool) -> dict[str, str]:
    """Give an answer to every question of a form: the first choice, a likely figure."""
    likely = {"height_cm": "161", "weight_kg": "47,2", "bmi": "18,2"}
    return {"tool": tool.value} | {
        one.name: likely.get(one.name, "30" if one.kind is InputKind.MEASURE else "1")
        if is_typed(one)
        else options(one)[0]
        for one in on_form(screening.instrument(tool))
    }


@pytest.mark.parametrize("tool", FORMS)
def test_every_instrument_has_a_form_a_live_result_and_two_papers(
    desk: Desk, visit: Visit, tool: Tool
) -> None:
    browser = visit(desk.owner)
    for language in LANGUAGES:
        with browser.session_transaction() as cookie:
            cookie["language"] = language
        page = browser.get(desk.path(f"/screenings/new?tool={tool}"))
        assert page.status_code == 200
        assert shown_in(page.text)
        live = browser.post(desk.path("/screenings/preview"), data=answered(tool), headers=SCRIPT)
        assert live.status_code == 200, live.text[-400:]
        paper = browser.get(desk.path(f"/screenings/form.pdf?tool={tool}"))
        assert paper.data == browser.get(desk.path(f"/screenings/form.pdf?tool={tool}")).data
        assert paper.data.startswith(b"%PDF")


def test_only_the_questions_that_matter_stand_on_the_page(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    page = browser.get(desk.path("/screenings/new?tool=MUST")).text
    assert {"weight_kg", "height_cm", "acute"} <= shown_in(page)
    assert "ulna_cm" not in shown_in(page)
    form = {"tool": "MUST", "height_cm_unknown": "1", "shown": sorted(shown_in(page))}
    live = browser.post(desk.path("/screenings/preview"), data=form, headers=SCRIPT).text
    assert "ulna_cm" in shown_in(live)
    assert "acute" not in shown_in(live), "a question that stays is not drawn again"
    known = form | {"height_cm": "161", "height_cm_unknown": "", "shown": ["ulna_cm"]}
    gone = browser.post(desk.path("/screenings/preview"), data=known, headers=SCRIPT).text
    assert '<div class="q" id="q-ulna_cm" hx-swap-oob="true" hidden></div>' in gone


def test_a_form_starts_from_the_record_and_says_so(desk: Desk, visit: Visit) -> None:
    with transaction(desk.engine) as session:
        factories.make_weight(session, desk.client, "47.0", TODAY)
    page = visit(desk.owner).get(desk.path("/screenings/new?tool=NRS2002")).text
    assert value_in(page, "weight_kg") == "47"
    assert "Uit het dossier: 47 kg, gemeten op" in page.replace("\u00a0", " ")
    assert value_in(page, "loss_1m_pct") == "2,3"  # 48.1 to 47.0
    assert value_in(page, "loss_2m_pct") == "6,4"  # 50.2 to 47.0
    assert unbroken("Uit het dossier: 50,2 kg op") in page


MUST = {
    "tool": "MUST",
    "weight_kg": "47",
    "height_cm": "161",
    "weight_before_kg": "52",
    "loss_planned": "no",
    "acute": "no",
}


def test_a_form_of_glim_starts_from_what_its_panel_knows(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    browser.post(desk.path("/screenings"), data=MUST)
    with transaction(desk.engine) as session:
        for model, day in ((Measurement, "taken_on"), (Screening, "screened_on")):
            session.execute(update(model).values({day: TODAY - timedelta(days=10)}))
    page = browser.get(desk.path("/screenings/new?tool=GLIM")).text
    assert checked_in(page, "screen_positive") == "yes"
    assert value_in(page, "weight_kg") == "47"
    assert value_in(page, "loss_le6m_pct") == "9,6"  # 52 to 47
    assert checked_in(page, "loss_planned") == "no"
    assert "zoals in het GLIM-voorstel van vandaag" in page
    assert value_in(page, "intake_pct") == "", "nobody knows"


def test_a_weight_that_glim_gives_back_is_no_new_weighing(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    browser.post(desk.path("/screenings"), data=MUST)
    with transaction(desk.engine) as session:
        session.execute(update(Measurement).values(taken_on=TODAY - timedelta(days=10)))
        before = session.scalars(select(Measurement.id)).all()
    form = {"tool": "GLIM", "screen_positive": "yes", "weight_kg": "47", "height_cm": "161"}
    assert browser.post(desk.path("/screenings"), data=form).status_code == 303
    with transaction(desk.engine) as session:
        assert session.scalars(select(Measurement.id)).all() == before


@pytest.mark.parametrize("tool", FORMS)
def test_an_empty_form_promises_no_care_and_names_no_category(
    desk: Desk, visit: Visit, tool: Tool
) -> None:
    form = {"tool": tool.value, "height_cm": ""}
    live = visit(desk.owner).post(desk.path("/screenings/preview"), data=form, headers=SCRIPT).text
    assert "gewone zorg" not in live
    assert "Minstens laag" not in live
    assert "Refeedingrisico laag" not in live


def test_a_form_that_stays_open_promises_no_draft_and_no_outcome(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    form = {"tool": "MUST", "weight_kg": "47"}
    kept = browser.post(desk.path("/screenings"), data=form, follow_redirects=True)
    assert "Uw antwoorden zijn bewaard." in kept.text
    assert "klad staat klaar" not in kept.text
    paper = browser.get(f"{kept.request.path}.pdf")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper.data)).pages)
    assert "Minstens laag" not in text
    assert "Onvolledig" in text


def test_a_category_that_is_certain_has_its_acts(desk: Desk, visit: Visit) -> None:
    calm = MUST | {"weight_kg": "60", "weight_before_kg": "60"}
    live = visit(desk.owner).post(desk.path("/screenings/preview"), data=calm, headers=SCRIPT).text
    assert "Geef de gewone zorg" in live


def test_a_weight_typed_today_offers_the_loss_it_means(desk: Desk, visit: Visit) -> None:
    form = {"tool": "NRS2002", "weight_kg": "46", "loss_2m_pct": "1", "shown": ["loss_2m_pct"]}
    live = visit(desk.owner).post(desk.path("/screenings/preview"), data=form, headers=SCRIPT).text
    assert "Zet 8,4" in live  # 50.2 to 46


def test_the_answers_of_the_short_form_go_along_to_the_full_one(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    kept = browser.post(desk.path("/screenings"), data=MNA_SF, follow_redirects=True).text
    full = desk.path("/screenings/new?tool=MNA_FULL")
    assert full in kept
    assert "De korte MNA gaf 11 of minder" in kept
    page = browser.get(full).text
    assert [checked_in(page, name) for name in "ABCDE"] == ["1", "2", "2", "0", "2"]
    assert (value_in(page, "weight_kg"), value_in(page, "height_cm")) == ("47,2", "161")
    assert "Beantwoord in MNA-SF op" in page
    assert "G" in shown_in(page), "11 or fewer: the form goes on"


def test_every_kept_form_is_listed_and_opens_again(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    browser.post(desk.path("/screenings"), data=MNA_SF)
    browser.post(desk.path("/screenings"), data={"tool": "EAT10", "item_1": "3", "item_2": UNSURE})
    page = browser.get(desk.path("/screenings")).text
    assert "MNA-SF" in page
    assert desk.owner.name in page
    rows = [one.id for one in all_of(desk, Screening)]
    shown = browser.get(desk.path(f"/screenings/{rows[0]}")).text
    assert "Wat minder" in shown
    paper = browser.get(desk.path(f"/screenings/{rows[0]}.pdf")).data
    told = PdfReader(BytesIO(paper)).pages[0].extract_text()
    assert desk.owner.name in told
    assert "☒ Wat minder (1)" in told.replace("\n", " ")
    assert browser.get(desk.path("/screenings/9999")).status_code == 404
    assert browser.get(f"/clients/{desk.child.id}/screenings/{rows[0]}").status_code == 404


def test_what_a_form_measures_becomes_a_measurement_once(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    form = {"tool": "SARCCALF", "s": "0", "cc_cm": "30,5"}
    browser.post(desk.path("/screenings"), data=form)
    browser.post(desk.path("/screenings"), data=form)
    with Session(desk.engine) as session:
        found = session.scalars(select(Measurement).where(Measurement.kind == "cc_cm")).all()
        assert [one.value for one in found] == [Decimal("30.5")]


def all_of(desk: Desk, table: type) -> list[Screening]:
    with Session(desk.engine, expire_on_commit=False) as session:
        return list(session.scalars(select(table).order_by(table.id)))


TYPED = {"tool": "MUST", "weight_kg": "47,", "height_cm_unknown": "1", "acute": "no"}


def test_a_draft_survives_a_lost_session_and_only_its_author_sees_it(
    desk: Desk, visit: Visit
) -> None:
    visit(desk.owner).post(desk.path("/screenings/preview"), data=TYPED, headers=SCRIPT)
    again = visit(desk.owner).get(desk.path("/screenings/new")).text  # a new browser
    assert "Klad van " in again
    assert value_in(again, "weight_kg") == "47,"
    assert checked_in(again, "acute") == "no"
    assert re.search(r'name="height_cm_unknown" value="1"[^>]* checked', again)
    other = visit(desk.colleague).get(desk.path("/screenings/new?tool=MUST")).text
    assert "Klad van " not in other
    assert value_in(other, "weight_kg") == ""


def test_a_draft_goes_when_its_form_is_kept_or_thrown_away(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    for act in ("/screenings", "/screenings/discard"):
        browser.post(desk.path("/screenings/preview"), data=TYPED, headers=SCRIPT)
        assert desk.count(ScreeningDraft) == 1
        done = browser.post(desk.path(act), data=TYPED | {"weight_kg": "48"})
        assert done.status_code == 303
        assert desk.count(ScreeningDraft) == 0


def test_a_draft_is_forgotten_after_a_day(desk: Desk, visit: Visit, app: Flask) -> None:
    browser = visit(desk.owner)
    browser.post(desk.path("/screenings/preview"), data=TYPED, headers=SCRIPT)
    now = datetime.now(UTC)
    with transaction(desk.engine) as session:
        session.execute(update(ScreeningDraft).values(saved_at=now - timedelta(hours=24)))
    assert "Klad van " not in browser.get(desk.path("/screenings/new?tool=MUST")).text
    with transaction(desk.engine) as session:
        upkeep.prune(session, Actor(role=Role.SYSTEM), now)
    assert desk.count(ScreeningDraft) == 0


def test_an_empty_form_leaves_no_draft(desk: Desk, visit: Visit) -> None:
    browser = visit(desk.owner)
    browser.post(desk.path("/screenings/preview"), data=TYPED, headers=SCRIPT)
    browser.post(desk.path("/screenings/preview"), data={"tool": "MUST"}, headers=SCRIPT)
    assert desk.count(ScreeningDraft) == 0


def author(desk: Desk) -> Actor:
    return Actor(
        role=Role.DIETITIAN,
        user_id=desk.owner.id,
        organisation_id=desk.owner.organisation_id,
        is_npcc=True,
    )


def test_the_later_of_two_savings_stays(desk: Desk) -> None:
    now, tool = datetime.now(UTC), Tool.MUST
    with transaction(desk.engine) as session:
        for seconds, kg in ((0, "47"), (2, "48"), (1, "4")):
            drafts.save_draft(
                session,
                author(desk),
                desk.client.id,
                tool,
                typed={"weight_kg": [kg]},
                now=now + timedelta(seconds=seconds),
            )
        found = drafts.drafts(session, author(desk), desk.client.id, now)
        assert found[0].typed == {"weight_kg": ["48"]}


def test_a_late_echo_does_not_bring_a_kept_form_back(desk: Desk, visit: Visit) -> None:
    visit(desk.owner).post(desk.path("/screenings"), data=TYPED | {"weight_kg": "48"})
    before = datetime.now(UTC) - timedelta(minutes=1)
    with transaction(desk.engine) as session:
        found = drafts.save_draft(
            session,
            author(desk),
            desk.client.id,
            Tool.MUST,
            typed={"weight_kg": ["48"]},
            now=before,
        )
        assert found is None


def test_too_young_for_one_instrument_leads_to_the_others(desk: Desk, visit: Visit) -> None:
    with transaction(desk.engine) as session:
        young = factories.make_client(session, born=TODAY - timedelta(days=40 * 365))
    page = visit(desk.owner).get(f"/clients/{young.id}/screenings/new?tool=MNA_SF").text
    assert "MNA-SF geldt vanaf 65 jaar." in page
    assert f"/clients/{young.id}/screenings" in page
    assert not shown_in(page)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"weight_kg": "0"}, "form.above_zero"),
        ({"weight_kg": "zwaar"}, "form.number"),
        ({"acute": "perhaps"}, "form.choice"),
    ],
)
def test_an_answer_outside_its_list_is_told_at_its_field(
    changes: dict[str, str], code: str
) -> None:
    given = {name: [one] for name, one in ({"tool": "MUST"} | changes).items()}
    with pytest.raises(ValidationError) as refused:
        ScreeningAnswers().load(given)
    assert refused.value.messages == {next(iter(changes)): [code]}
    unread = ScreeningPreview().load(given).unread
    assert [(name, said) for name, said, _ in unread] == [(next(iter(changes)), code)]


def test_counts_and_amounts_keep_to_their_kind() -> None:
    given = {"tool": ["MNA_FULL"], "H_drugs": ["2,5"], "J_meals": ["-1"]}
    with pytest.raises(ValidationError) as refused:
        ScreeningAnswers().load(given)
    assert refused.value.messages == {"H_drugs": ["form.whole"], "J_meals": ["form.from_zero"]}


def test_a_question_mark_is_an_answer_everywhere() -> None:
    filled = ScreeningAnswers().load({"tool": ["MUST"], "weight_kg": ["?"], "acute": ["?"]})
    assert filled.unsure == {"weight_kg", "acute"}
    assert filled.form.answers == {}


def test_a_number_left_behind_is_not_read_when_it_is_not_known() -> None:
    filled = ScreeningAnswers().load(
        {"tool": ["MUST"], "weight_kg": ["zwaar"], "weight_kg_unknown": ["1"]}
    )
    assert filled.unsure == {"weight_kg"}
