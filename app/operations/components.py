"""The catalogue as others may read it: variants by role, level, seasoning and allergen."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.access import Actor, Permission, require
from app.operations import meals
from menus import Variant, covers

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which variants to give; None leaves a side open."""

    role: str | None = None
    kind: str | None = None
    iddsi: str | None = None
    seasoning: str | None = None
    diet: tuple[str, ...] = ()
    free_of: tuple[str, ...] = ()
    text: str = ""
    language: str = "nl"

    def let_through(self, variant: Variant) -> bool:
        """Whether a variant is asked for; what may hold an allergen is not free of it."""
        return (
            self.role in (None, variant.role.value)
            and self.kind in (None, variant.kind.value)
            and self.iddsi in (None, variant.iddsi.value)
            and self.seasoning in (None, variant.seasoning.value)
            and variant.properties.issuperset(self.diet)
            and plain(self.text) in plain(getattr(variant.names, self.language))
            and not _holds_any(variant, self.free_of)
        )


def plain(text: str) -> str:
    """Give a text as people search it: without accents, capitals and space around it."""
    letters = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(one for one in letters if not unicodedata.combining(one))


def _holds_any(variant: Variant, allergies: Iterable[str]) -> bool:
    return any(covers(one, held) for one in allergies for held in variant.allergens.any)


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantPage:
    """One page of variants, by id, and how many there are in all."""

    items: tuple[Variant, ...]
    page: int
    pages: int
    total: int


def list_components(session: Session, actor: Actor, filters: Filters, page: int) -> VariantPage:
    """Give a page of the variants that can be ordered; raises NotFound without a catalogue."""
    require(actor, Permission.VIEW_CATALOGUE)
    variants = meals.catalogue(session).variants
    found = [one for _, one in sorted(variants.items()) if filters.let_through(one)]
    return VariantPage(
        items=tuple(found[(page - 1) * PAGE : page * PAGE]),
        page=page,
        pages=max(1, -(-len(found) // PAGE)),
        total=len(found),
    )
