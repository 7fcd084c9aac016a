"""Referrals over HTTP: the pages of who handles and who sends, letters, the API."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.access import Refused
from app.db import transaction
from app.i18n import LANGUAGES, LOCAL_ZONE, translator
from app.models.people import Client, OrganisationKind
from app.models.referrals import Referral, ReferralLetter
from app.models.system import AccessLog
from app.operations import care, letters, outreferrals, people, referrals
from app.operations.letters import Reply
from screening import Move, Party, Provenance, ReferralState, Tool
from tests import factories
from tests.app.referring import INSZ, Region, make_region, new_referral, outgoing

CLOCK = datetime.now(UTC)
TODAY = CLOCK.astimezone(LOCAL_ZONE).date()
Visit = Callable[..., FlaskClient]
FORM = {
    "party": "gp",
    "name": "Dr. An Claeys",
    "given_name": "Godelieve",
    "family_name": "Vandamme",
    "born": "1944-03-02",
    "reasons": ["weight_loss", "swallowing"],
    "consent": "1",
    "insz": INSZ,
    "note": "Eet minder sinds mei.",
}
BODY = {
    "sender": {"party": "gp", "name": "Dr. An Claeys", "number": "19767016004"},
    "person": {
        "given_name": "Godelieve",
        "family_name": "Vandamme",
        "born": "1944-03-02",
        "insz": INSZ,
    },
    "reasons": ["weight_loss"],
    "consent": True,
}
SECRETS = ("Godelieve", "Vandamme", INSZ, "Eet minder")


@pytest.fixture
def engine(app: Flask) -> Engine:
    found: Engine = app.extensions["npcc"].engine
    return found


@pytest.fixture
def region(engine: Engine) -> Region:
    with transaction(engine) as session:
        return make_region(session, CLOCK)


def newest(engine: Engine, table: type = Referral) -> Any:
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(select(table).order_by(table.id.desc())).first()


def text(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


@pytest.fixture
def referral(engine: Engine, region: Region) -> Referral:
    with transaction(engine) as session:
        return referrals.send(session, region.system, new_referral(insz=INSZ), CLOCK)


@pytest.fixture
def in_care(engine: Engine, region: Region, referral: Referral) -> Referral:
    """A referral of the client, who has weights, a height and a prescription."""
    with transaction(engine) as session:
        for days, kg in ((170, "52.0"), (100, "51.4"), (60, "50.2"), (14, "48.1")):
            factories.make_weight(session, region.client, kg, TODAY - timedelta(days=days))
        factories.make_prescription(
            session, region.client, region.owner, food_level="5", allergies=frozenset({"milk"})
        )
        return referrals.accept(
            session,
            region.actors["owner"],
            referral.id,
            region.client.id,
            CLOCK,
            seen=ReferralState.RECEIVED,
        )


def test_a_call_is_noted_and_taken_into_care(engine: Engine, region: Region, visit: Visit) -> None:
    browser = visit(region.owner)
    assert "Wie wacht op ons" in text(browser.get("/referrals"))
    assert "Cliënt zelf" in text(browser.get("/referrals/new"))
    sent = browser.post("/referrals/new", data=FORM | {"party": "self"})
    made = newest(engine)
    assert sent.headers["Location"].endswith(f"/referrals/{made.id}")
    page = text(browser.get(sent.headers["Location"]))
    assert "Godelieve Vandamme" in page
    assert INSZ not in page
    assert "Ongewild gewichtsverlies" in page
    listed = text(browser.get("/referrals"))
    assert "Godelieve Vandamme" in listed
    assert INSZ not in listed
    enrolling = browser.get(f"/referrals/{made.id}/enrol")
    assert 'value="Godelieve"' in text(enrolling)
    home = {"street": "Kerkstraat 1", "postcode": "8800", "place": "Roeselare", "sex": "F"}
    form = {name: FORM[name] for name in ("given_name", "family_name", "born")}
    answer = browser.post(
        f"/referrals/{made.id}/enrol", data=form | home | {"language": "nl", "state": "received"}
    )
    client = newest(engine, Client)
    assert answer.headers["Location"].endswith(f"/clients/{client.id}/screenings/new")
    assert newest(engine).client_id == client.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_without_consent_or_reason_comes_back_with_what_was_filled_in(
    region: Region, visit: Visit, language: str
) -> None:
    browser = visit(region.doctor)
    with browser.session_transaction() as cookie:
        cookie["language"] = language
    form = {name: one for name, one in FORM.items() if name not in ("consent", "reasons")}
    answer = browser.post("/referrals/new", data=form | {"number": "123"})
    page = text(answer)
    assert answer.status_code == 422
    speak = translator(language)
    for code in ("consent_needed", "reason_needed", "number_not_known"):
        assert speak.say(f"referral.{code}").replace("'", "&#39;") in page
    assert 'value="Dr. An Claeys"' in page
    assert 'href="#f-number"' in page


def test_a_professional_refers_and_follows_and_sees_no_care(
    engine: Engine, region: Region, visit: Visit
) -> None:
    browser = visit(region.doctor)
    assert "Cliënt zelf" not in text(browser.get("/referrals/new"))
    browser.post("/referrals/new", data=FORM)
    made = newest(engine)
    assert made.organisation_id == region.practice.id
    page = text(browser.get(f"/referrals/{made.id}"))
    assert "Trek in" in page
    assert "Neem op" not in page
    assert browser.get(f"/referrals/{made.id}/enrol").status_code == 403
    assert browser.get(f"/clients/{region.client.id}/referrals").status_code == 403
    answer = browser.post(
        f"/referrals/{made.id}/moves",
        data={"move": "withdraw", "state": "received", "why": "duplicate"},
    )
    assert answer.status_code == 303
    assert newest(engine).state is ReferralState.WITHDRAWN
    assert "Ingetrokken" in text(browser.get("/referrals?view=ended"))


def test_strangers_find_no_referral_at_any_address(
    region: Region, visit: Visit, in_care: Referral
) -> None:
    browser = visit(region.stranger)
    base = f"/referrals/{in_care.id}"
    assert browser.get(base).status_code == 404
    assert browser.get(f"{base}/letters/new").status_code == 404
    assert browser.get(f"{base}/letters/1.pdf").status_code == 404
    assert browser.get(f"/clients/{region.client.id}/referrals").status_code == 404
    assert browser.get(f"/clients/{region.client.id}/referrals/new").status_code == 404
    moved = browser.post(f"{base}/moves", data={"move": "close", "state": "accepted"})
    assert moved.status_code == 404
    assert visit(region.admin).get(base).status_code == 403


@pytest.mark.parametrize("move", ["accept", "send"])
def test_what_carries_more_than_a_reason_has_its_own_form(
    region: Region, visit: Visit, referral: Referral, move: str
) -> None:
    answer = visit(region.owner).post(
        f"/referrals/{referral.id}/moves", data={"move": move, "state": "received"}
    )
    assert answer.status_code == 404


def test_a_refused_move_comes_back_open_with_its_sentence(
    region: Region, visit: Visit, referral: Referral
) -> None:
    answer = visit(region.owner).post(
        f"/referrals/{referral.id}/moves",
        data={"move": "decline", "state": "received", "why": "other"},
    )
    page = text(answer)
    assert answer.status_code == 422
    assert 'href="#f-decline-note"' in page
    assert "Kies een reden." in page
    assert '<details class="more" open><summary>Weiger' in page


def test_a_known_client_is_linked_in_one_click(
    engine: Engine, region: Region, visit: Visit, referral: Referral
) -> None:
    with transaction(engine) as session:
        client = factories.make_client(session, family_name="Vandamme")
    browser = visit(region.colleague)
    assert "Is het iemand die wij al kennen?" in text(browser.get(f"/referrals/{referral.id}"))
    form = {"client_id": str(client.id), "state": "received"}
    assert browser.post(f"/referrals/{referral.id}/link", data=form).status_code == 303
    assert newest(engine).client_id == client.id
    late = browser.post(f"/referrals/{referral.id}/link", data=form)
    assert late.status_code == 409


def test_a_reply_is_two_clicks_to_a_letter_that_stays_the_same(
    engine: Engine, region: Region, visit: Visit, in_care: Referral
) -> None:
    browser = visit(region.owner)
    page = browser.get(f"/referrals/{in_care.id}/letters/new")
    assert "Gewicht" in text(page)
    past = {"letter_language": "fr", "state": "accepted", "next_on": "2020-01-01"}
    refused = browser.post(f"/referrals/{in_care.id}/letters", data=past)
    assert refused.status_code == 422
    assert "in het verleden" in text(refused)
    form = past | {"next_on": (TODAY + timedelta(days=30)).isoformat(), "text": "Merci."}
    signed = browser.post(f"/referrals/{in_care.id}/letters", data=form)
    assert signed.status_code == 303
    assert newest(engine).state is ReferralState.ANSWERED
    first = browser.get(f"/referrals/{in_care.id}/letters/1.pdf")
    with transaction(engine) as session:
        factories.make_weight(session, region.client, "45.0", TODAY)
    assert browser.get(f"/referrals/{in_care.id}/letters/1.pdf").data == first.data
    assert first.headers["Content-Disposition"] == f'inline; filename="{in_care.code}-1.pdf"'
    read = " ".join(page.extract_text() for page in PdfReader(BytesIO(first.data)).pages)
    for word in (
        "Réponse à votre orientation",
        "Maria Callewaert",
        "Merci.",
        "48,1",
        region.owner.name,
    ):
        assert word in read
    assert visit(region.doctor).get(f"/referrals/{in_care.id}/letters/1.pdf").data == first.data
    assert browser.get(f"/referrals/{in_care.id}/letters/2.pdf").status_code == 404


def test_a_letter_carries_a_persons_name(engine: Engine, region: Region, in_care: Referral) -> None:
    nobody = replace(region.actors["owner"], user_id=None)
    reply = Reply(text="", language="nl")
    with transaction(engine) as session:
        for verb in (
            lambda: letters.sign_letter(
                session, nobody, in_care.id, reply, CLOCK, seen=ReferralState.ACCEPTED
            ),
            lambda: letters.send_out(session, nobody, region.client.id, outgoing(), CLOCK),
        ):
            with pytest.raises(Refused) as refused:
                verb()
            assert refused.value.problems[0][1] == "referral.needs_a_person"


def test_nobody_writes_about_somebody_who_is_not_in_care(
    region: Region, visit: Visit, referral: Referral
) -> None:
    answer = visit(region.owner).get(f"/referrals/{referral.id}/letters/new")
    assert answer.status_code == 409
    assert "Neem de persoon eerst op" in text(answer)


@pytest.mark.parametrize(
    ("party", "findings", "weight", "targets", "textures"),
    [
        (Party.GP, True, True, True, True),
        (Party.PHARMACIST, True, False, False, False),
        (Party.OTHER_PROFESSIONAL, False, False, False, False),
        (Party.FAMILY, False, False, False, False),
        (Party.SELF, False, True, True, True),
    ],
)
def test_a_letter_holds_what_its_reader_may_know(
    engine: Engine,
    region: Region,
    in_care: Referral,
    party: Party,
    *,
    findings: bool,
    weight: bool,
    targets: bool,
    textures: bool,
) -> None:
    with transaction(engine) as session:
        session.get_one(Referral, in_care.id).party = party
        screen(session, region)
        _, letter = letters.draft_letter(
            session, region.actors["owner"], in_care.id, Reply(text="", language="nl"), CLOCK
        )
    held = (letter.findings, letter.weights, letter.targets, letter.textures)
    assert tuple(map(bool, held)) == (findings, weight, targets, textures)


def screen(session: Session, region: Region) -> None:
    form = care.ScreeningForm(
        answers={
            "weight_kg": Decimal("48.1"),
            "height_cm": Decimal(161),
            "weight_before_kg": Decimal(52),
        },
        provenance={"weight_kg": Provenance.MEASURED},
    )
    care.record_screening(
        session, region.actors["owner"], region.client.id, Tool.MUST, form=form, now=CLOCK
    )


def test_advice_becomes_a_referral_with_a_letter_or_is_set_aside(
    engine: Engine, region: Region, visit: Visit
) -> None:
    with transaction(engine) as session:
        screen(session, region)
    browser = visit(region.owner)
    base = f"/clients/{region.client.id}/referrals"
    page = text(browser.get(base))
    assert "Huisarts: screening wijst op risico" in page
    assert "Gevraagd door: MUST" in page
    form = text(browser.get(f"{base}/new?to=gp"))
    assert 'value="positive_screen" checked' in form
    given = {"party": "gp", "name": "Dr. Claeys", "reasons": ["positive_screen"]}
    refused = browser.post(f"{base}/new", data=given)
    assert refused.status_code == 422
    assert "Zonder akkoord" in text(refused)
    sent = browser.post(f"{base}/new", data=given | {"consent": "1", "because": "MUST"})
    made = newest(engine)
    assert sent.headers["Location"].endswith(f"/referrals/{made.id}")
    assert (made.state, made.because) == (ReferralState.SENT, ["MUST"])
    assert newest(engine, ReferralLetter).referral_id == made.id
    assert "Huisarts: screening" not in text(browser.get(base))
    answered = browser.post(
        f"/referrals/{made.id}/moves", data={"move": "answer", "state": "sent", "note": "Gezien."}
    )
    assert answered.status_code == 303
    assert "Gezien." in text(browser.get(f"/referrals/{made.id}"))


def test_a_proposal_that_is_set_aside_is_not_asked_again(
    engine: Engine, region: Region, visit: Visit
) -> None:
    with transaction(engine) as session:
        screen(session, region)
    browser = visit(region.owner)
    base = f"/clients/{region.client.id}/referrals"
    form = {"party": "gp", "reason": "positive_screen", "why": "cared_for_elsewhere"}
    assert browser.post(f"{base}/dismiss", data=form).status_code == 303
    page = text(browser.get(base))
    assert "Gevraagd door: MUST" not in page
    assert "Niet verstuurd" in page


class System:
    """The software of a practice, with its key."""

    def __init__(self, app: Flask, key: str) -> None:
        self.browser = app.test_client()
        self.headers = {"Authorization": f"Bearer {key}", "Accept-Language": "nl"}

    def call(self, method: str, path: str, key: str | None = None, **more: Any) -> TestResponse:
        """Call a route, with an idempotency key if one is given."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.browser.open(f"/api/v1{path}", method=method, headers=headers, **more)


@pytest.fixture
def system(app: Flask, region: Region) -> System:
    return System(app, region.key)


def test_a_system_sends_follows_answers_and_withdraws(
    engine: Engine, region: Region, system: System
) -> None:
    sent = system.call("POST", "/referrals", "k1", json=BODY)
    assert sent.status_code == 201
    found = sent.json
    assert sent.headers["Location"].endswith(f"/api/v1/referrals/{found['id']}")
    assert set(found) == {
        *("id", "code", "state", "state_text", "urgency", "received_at", "due_on"),
        *("question", "why", "letters"),
    }
    assert (found["state"], found["state_text"], found["letters"]) == ("received", "Ontvangen", 0)
    for secret in SECRETS:
        assert secret not in sent.get_data(as_text=True)
    again = system.call("POST", "/referrals", "k1", json=BODY)
    assert (again.status_code, again.json) == (200, found)
    clash = system.call("POST", "/referrals", "k1", json=BODY | {"note": "x"})
    assert clash.status_code == 409
    one = f"/referrals/{found['id']}"
    with transaction(engine) as session:
        referrals.move_referral(
            session,
            region.actors["owner"],
            found["id"],
            Move.ASK,
            CLOCK,
            seen=ReferralState.RECEIVED,
            note="Welk gewicht in mei?",
        )
    assert system.call("GET", one).json["question"] == "Welk gewicht in mei?"
    told = system.call("POST", f"{one}/information", json={"text": "58 kg"})
    assert told.json["state"] == "received"
    twice = system.call("POST", f"{one}/information", json={"text": "58 kg"})
    assert twice.status_code == 409
    gone = system.call("POST", f"{one}/withdraw", json={"why": "no_longer_needed"})
    assert (gone.json["state"], gone.json["why"]) == ("withdrawn", "no_longer_needed")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"consent": False}, "consent", "referral.consent_needed"),
        ({"commission_cents": 5000}, "commission_cents", "referral.commission_needs_opinion"),
        ({"reasons": []}, "reasons", "form.how_many"),
        ({"reasons": ["gossip"]}, "reasons.0", "form.choice"),
        ({"sender": {"party": "self", "name": "x"}}, "sender.party", "form.choice"),
        ({"sender": {"party": "gp", "name": " "}}, "sender.name", "form.required"),
        ({"diagnosis": "x"}, "diagnosis", "form.unknown_field"),
        (
            {"person": BODY["person"] | {"insz": "44030212483"}},  # type: ignore[operator]
            "person.insz",
            "referral.insz_not_known",
        ),
    ],
)
def test_a_system_hears_what_to_mend(
    engine: Engine, system: System, change: dict[str, Any], field: str, code: str
) -> None:
    answer = system.call("POST", "/referrals", "k1", json=BODY | change)
    assert answer.status_code == 422
    assert {one["field"]: one["code"] for one in answer.json["errors"]} == {field: code}
    for secret in SECRETS:
        assert secret not in answer.get_data(as_text=True)
    assert newest(engine) is None


def test_without_a_word_on_consent_nothing_is_taken_in(system: System) -> None:
    silent = {name: one for name, one in BODY.items() if name != "consent"}
    answer = system.call("POST", "/referrals", "k1", json=silent)
    assert {one["field"]: one["code"] for one in answer.json["errors"]} == {
        "consent": "form.required"
    }


def test_a_referral_needs_a_key_of_both_kinds(app: Flask, system: System) -> None:
    assert system.call("POST", "/referrals", json=BODY).status_code == 422
    assert System(app, "npcc_none").call("POST", "/referrals", "k", json=BODY).status_code == 401


def test_another_practice_finds_nothing_and_a_practice_orders_nothing(
    app: Flask, engine: Engine, region: Region, system: System
) -> None:
    found = system.call("POST", "/referrals", "k1", json=BODY).json
    with transaction(engine) as session:
        other = factories.make_organisation(session, OrganisationKind.PHARMACY)
        key = people.issue_key(session, region.actors["admin"], other.id, "x", CLOCK)
    pharmacy = System(app, key)
    assert pharmacy.call("GET", f"/referrals/{found['id']}").status_code == 404
    withdrawn = pharmacy.call(
        "POST", f"/referrals/{found['id']}/withdraw", json={"why": "duplicate"}
    )
    assert withdrawn.status_code == 404
    assert system.call("GET", "/orders").status_code == 403


def test_nothing_of_a_person_reaches_addresses_logs_or_messages(
    engine: Engine,
    region: Region,
    visit: Visit,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = visit(region.owner)
    sent = browser.post("/referrals/new", data=FORM)
    browser.get(sent.headers["Location"])
    browser.get("/referrals")
    browser.post("/referrals/new", data=FORM | {"born": "x"})
    said = caplog.text + "".join(capsys.readouterr()) + sent.headers["Location"]
    for secret in (*SECRETS, "Claeys"):
        assert secret not in said
    with Session(engine) as session:
        acts = session.scalars(select(AccessLog.act)).all()
    assert {"referral.received", "referral.viewed", "referrals.listed"} <= set(acts)


def test_an_administrator_files_an_opinion_that_then_allows_a_commission(
    region: Region, visit: Visit, system: System
) -> None:
    browser = visit(region.admin)
    assert "Er is geen advies vastgelegd" in text(browser.get("/admin/opinions"))
    past = browser.post("/admin/opinions", data={"document": "A", "valid_until": "2020-01-01"})
    assert past.status_code == 422
    assert "al afgelopen" in text(past)
    form = {"document": "Advies kantoor X", "valid_until": TODAY.isoformat()}
    assert browser.post("/admin/opinions", data=form).status_code == 303
    shown = text(browser.get("/admin/opinions"))
    assert "Advies kantoor X" in shown
    assert "Geldig" in shown
    assert region.admin.name in shown
    paid = system.call("POST", "/referrals", "k9", json=BODY | {"commission_cents": 5000})
    assert paid.status_code == 201
    assert visit(region.owner).get("/admin/opinions").status_code == 403


def test_an_administrator_adds_a_practice_that_has_no_site(region: Region, visit: Visit) -> None:
    form = {"kind": "practice", "name": "Praktijk Zuid", "code": "pr-zuid"}
    answer = visit(region.admin).post("/admin/organisations/new", data=form)
    assert re.search(r"/admin/organisations/\d+$", answer.headers["Location"])


def test_the_worklist_names_what_waits_past_its_day(
    engine: Engine, region: Region, visit: Visit
) -> None:
    before = CLOCK - timedelta(days=9)
    with transaction(engine) as session:
        referrals.send(session, region.system, new_referral(), before)
        outreferrals.refer_out(
            session, region.actors["owner"], region.client.id, outgoing(), before
        )
    page = text(visit(region.owner).get("/worklist?view=referrals"))
    assert "1 verwezen persoon wacht vandaag op uw beslissing" in page
    assert "Verwijzing wacht op antwoord" in page
    assert "Maria Callewaert" in page
    assert "Godelieve" not in page
    assert "verwezen persoon" not in text(visit(region.stranger).get("/worklist"))


def test_a_clients_page_leads_to_notes_and_referrals(region: Region, visit: Visit) -> None:
    page = text(visit(region.owner).get(f"/clients/{region.client.id}"))
    for part in ("notes", "referrals"):
        assert f'href="/clients/{region.client.id}/{part}"' in page


def test_the_navigation_counts_what_waits(region: Region, visit: Visit, referral: Referral) -> None:
    assert re.search(
        r'href="/referrals"[^>]*>Verwijzingen <span class="count">1</span>',
        text(visit(region.owner).get("/worklist")),
    )
    assert "Verwijzingen <span" not in text(visit(region.doctor).get("/referrals"))
