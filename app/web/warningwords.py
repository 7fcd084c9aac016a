"""Early warnings in the reader's words: what, why, by which rule, whose, until when."""

from collections.abc import Iterable
from typing import Any

from app.i18n import LOCAL_ZONE, Translator
from app.operations.care import local_day
from app.operations.casewarnings import OpenWarning
from screening import WEIGHT_MEMORY_DAYS, Facts, WarningCode, WarningLevel

KINDS = {WarningLevel.AMBER: "mid", WarningLevel.RED: "high", WarningLevel.URGENT: "high"}
"""The mark of a level; the word stands beside it."""


def warning_title(speak: Translator, code: WarningCode, facts: Facts) -> str:
    """Give what is the matter, with its figures."""
    return speak.say(code, **facts)


def reason_sentences(
    speak: Translator, code: WarningCode, reasons: Iterable[str]
) -> tuple[str, ...]:
    """Give the rules that hold, each as a sentence; what the title says already is left out."""
    said = [one for one in reasons if one != str(code) and not one.startswith("trend.")]
    return tuple(_reason(speak, one) for one in said)


def _reason(speak: Translator, reason: str) -> str:
    if reason.startswith("warning."):
        return speak.say("follow.because_of_red")
    text = speak.say(reason)
    return text if text.endswith(".") else f"{text}."


def limit_sentence(speak: Translator, facts: Facts) -> str | None:
    """Give the limit of a weight warning: so many percent in so many days."""
    if "limit" not in facts or "window" not in facts:
        return None
    beyond = facts["window"] == WEIGHT_MEMORY_DAYS
    code = "follow.limit_beyond" if beyond else "follow.limit"
    return speak.say(code, limit=facts["limit"], days=facts["window"])


def deadline_sentence(speak: Translator, one: OpenWarning, owner: str) -> str:
    """Give whose it is and until when, to the minute."""
    at = one.due_at.astimezone(LOCAL_ZONE)
    who = owner or speak.say(f"warning.rung.{one.rung}").lower()
    return speak.say(
        "follow.due", who=who, day=speak.short_day(local_day(one.due_at)), time=f"{at:%H.%M}"
    )


def chain(speak: Translator, one: OpenWarning) -> tuple[str, ...]:
    """Give the links of "why": the sign, its rules, its limit, when it was opened."""
    links = [warning_title(speak, one.code, one.facts)]
    links += [
        sentence
        for sentence in (*reason_sentences(speak, one.code, one.reasons),)
        if sentence not in links
    ]
    limit = limit_sentence(speak, one.facts)
    if limit is not None:
        links.append(limit)
    links.append(speak.say("follow.opened", day=speak.date(local_day(one.opened_at))))
    return tuple(links[:5])


def level_parts(speak: Translator, level: WarningLevel) -> dict[str, Any]:
    """Give the mark of a level with its word."""
    return {"kind": KINDS[level], "word": speak.say(f"follow.level.{level}")}


def initials(name: str) -> str:
    """Give the first letters of a name's first and last word; what stands in brackets is none."""
    words = [one for one in name.split() if one[0].isalpha()]
    return "".join(one[0].upper() for one in dict.fromkeys((*words[:1], *words[-1:])))
