"""Parts that the pages of administration share: what was filled in, and where a list goes on."""

from collections.abc import Callable
from typing import Any

from flask import url_for

from app.operations.admin import PAGE
from app.pipeline import Call


def form_parts(call: Call) -> dict[str, Any]:
    """Give what was filled in and what to mend, for a form."""
    bad = {one.field.partition(".")[0]: one.text for one in reversed(call.problems)}
    return {
        "kept": keeper(call),
        "bad": bad,
        "errors": [(f"f-{name or 'top'}", text) for name, text in reversed(bad.items())],
    }


def keeper(call: Call) -> Callable[..., Any]:
    """Give what a field held when its form came back, else what it starts from."""

    def kept(name: str, otherwise: Any = "") -> Any:
        if not call.values:
            return otherwise
        return call.values.get(name, [""])[-1]

    return kept


def pages(endpoint: str, first: int, total: int, **query: Any) -> dict[str, Any]:
    """Give where a list goes on, as addresses."""
    before = url_for(endpoint, first=max(0, first - PAGE), **query) if first else None
    after = url_for(endpoint, first=first + PAGE, **query) if first + PAGE < total else None
    return {
        "before": before,
        "after": after,
        "from_row": first + 1,
        "last": min(first + PAGE, total),
        "total": total,
    }
