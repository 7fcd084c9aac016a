"""The message of a decision on a proposed diagnosis."""

from typing import Any

from marshmallow import post_load

from app.operations.diagnosis import OUTCOMES, GlimDecision
from app.schemas.base import Form, OneOf, Text
from screening import Category

CONFIRM = "confirm"
"""Stands for the outcome that was proposed."""


class GlimForm(Form):
    """Confirm what was seen, or name the outcome, with a reason where it differs."""

    seen = Text(required=True, most=40)
    outcome = OneOf((CONFIRM, *OUTCOMES), required=True)
    reason = Text(load_default="", most=500)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> GlimDecision:
        """Give the decision."""
        outcome = None if values["outcome"] == CONFIRM else Category(values["outcome"])
        return GlimDecision(seen=values["seen"], outcome=outcome, reason=values["reason"])
