"""Referrals in the reader's words: rows of a list, the steps of one, the fields of its forms."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from flask import url_for

from app.i18n import LANGUAGES, Translator
from app.operations.care import local_day
from app.operations.referralviews import Row, Step
from app.pipeline import Call
from app.web.words import deadline, kept, kept_all, mends, started
from screening import ENDED, WAITING, Direction, Party, ReferralReason, ReferralState, Urgency

FIELDS = (
    *("party", "name", "organisation", "contact", "number", "letter_language", "urgency", "note"),
    *("given_name", "family_name", "born", "sex", "phone", "street", "postcode", "place", "insz"),
)


def row_parts(speak: Translator, row: Row, today: date, *, handles: bool) -> dict[str, Any]:
    """Give one line of a list: who, why, from or to whom, until when."""
    return {
        "id": row.id,
        "url": url_for("referrals.show", referral_id=row.id),
        "name": row.full_name,
        "sub": speak.say("referral.sub", day=speak.date(row.born), number=row.code),
        "reasons": started(", ".join(reason_words(speak, row.why)).lower()),
        "party": speak.say(f"referral.party.{row.party}"),
        "party_name": ", ".join(filter(None, (row.party_name, row.party_organisation))),
        "incoming": row.direction is Direction.INCOMING,
        "state": speak.say(f"referral.state.{row.state}"),
        "state_kind": state_kind(row),
        "due": deadline(speak, row.due_on, today) if row.state in WAITING else None,
        "since": speak.date(local_day(row.received_at)),
        "step": _step(speak, row) if handles else None,
    }


def _step(speak: Translator, row: Row) -> str:
    return speak.say("referral.see" if row.state in ENDED else f"referral.next.{row.state}")


def state_kind(row: Row) -> str:
    """Give how a state looks: ended, waiting for somebody, in care."""
    if row.state in ENDED:
        return "plain"
    if row.state is ReferralState.ASKED:
        return "info"
    return "warn" if row.state in WAITING else "ok"


def reason_words(speak: Translator, reasons: Iterable[ReferralReason]) -> list[str]:
    """Give the reasons of a referral."""
    return [speak.say(f"referral.reason.{one}") for one in reasons]


def step_parts(speak: Translator, step: Step) -> dict[str, Any]:
    """Give one line of the history: when, who, what, why."""
    who = step.who or step.organisation or speak.say(f"role.{step.role}")
    return {
        "at": speak.moment(step.at),
        "who": who,
        "house": step.organisation if step.who else None,
        "what": speak.say(f"referral.state.{step.to}"),
        "why": speak.say(f"referral.why.{step.why}") if step.why else None,
        "note": step.note,
    }


def options(speak: Translator, prefix: str, words: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Give the words of a closed list to choose from."""
    return [(one.value, speak.say(f"referral.{prefix}.{one}")) for one in words]


def form_parts(call: Call, parties: Iterable[Party], starting: dict[str, Any]) -> dict[str, Any]:
    """Give a form about a referral: what was filled in or known, and what is to be mended."""
    speak = call.translator
    ids = {one.field: f"f-{one.field.rpartition('.')[2]}" for one in call.problems}
    return {
        "form": {name: kept(call, name, starting.get(name, "")) for name in FIELDS}
        | {
            "reasons": kept_all(call, "reasons", starting.get("reasons", ())),
            "because": kept(call, "because", starting.get("because", "")),
            "consent": bool(kept(call, "consent")),
        },
        "bad": {one.field.rpartition(".")[2]: one.text for one in call.problems},
        "errors": mends(call, ids),
        "parties": options(speak, "party", parties),
        "reasons": options(speak, "reason", ReferralReason),
        "urgencies": [
            ("", speak.say("referral.by_reason")),
            *options(speak, "urgency", Urgency),
        ],
        "languages_said": [(one, speak.say(f"language.{one}")) for one in LANGUAGES],
    }
