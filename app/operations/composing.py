"""Compose weeks out of documents alone, for a system that asks; nothing is kept or noted."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.access import Actor, Permission, Refused, require
from app.i18n import Translator
from app.operations.meals import catalogue, recalled_variants
from menus import (
    PLAN_MOVES,
    PlanRequest,
    compose_plan,
    distinct,
    plan_to_json,
    request_from_json,
    unread_to_json,
)
from optimizer import Limits

LIMITS = Limits(moves=PLAN_MOVES, seed=1, workers=2)


def compose_documents(
    session: Session, actor: Actor, raw: bytes, *, most: int, speak: Translator
) -> dict[str, Any]:
    """Answer the document of `flask compose` with the catalogue in force, in the reader's language.

    Raises Refused for something else than `{"requests": [...]}`, and for more than `most` of them.
    """
    require(actor, Permission.VIEW_CATALOGUE)
    requests = _requests(raw)
    if len(requests) > most:
        raise Refused(("requests", "form.how_many", {"min": 0, "max": most}))
    stock, recalled = catalogue(session), recalled_variants(session)
    results = []
    for document in requests:
        asked = request_from_json(document)
        if isinstance(asked, PlanRequest):
            found = compose_plan(replace(asked, recalled=recalled), stock, LIMITS)
            results.append(plan_to_json(found))
        else:
            name = document.get("id")
            known = name if isinstance(name, str) else ""
            results.append(unread_to_json(known, asked, seed=LIMITS.seed))
    told = [with_sentences(one, speak) for one in results]
    return {"catalogue_version": stock.version, "results": told}


def with_sentences(result: dict[str, Any], speak: Translator) -> dict[str, Any]:
    """Give one result with a sentence for each error: what is wrong, where, how to mend it."""
    told = [
        one | {"message": speak.say(one["code"], field=one["field"], word=one.get("word", ""))}
        for one in result["errors"]
    ]
    return result | {"errors": told}


def _requests(raw: bytes) -> list[dict[str, Any]]:
    try:
        document = json.loads(raw, object_pairs_hook=distinct)
    except KeyError as twice:
        raise Refused((str(twice.args[0]), "plan.error.twice", {"field": twice.args[0]})) from None
    except (ValueError, RecursionError):
        raise Refused(("", "score.no_json", {})) from None
    requests = document.get("requests") if isinstance(document, dict) else None
    if not isinstance(requests, list) or not all(isinstance(one, dict) for one in requests):
        raise Refused(("requests", "plan.no_requests", {}))
    return requests
