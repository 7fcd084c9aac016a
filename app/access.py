"""Who acts now, and what that person or system may do. No web, no tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The groups of users."""

    DIETITIAN = "dietitian"
    CARER = "carer"
    CLIENT = "client"
    DISPATCHER = "dispatcher"
    KITCHEN = "kitchen"
    HOSPITAL = "hospital"  # a hospital's system, by API key
    REFERRER = "referrer"  # someone of a practice or pharmacy, or its system
    ADMIN = "admin"
    SYSTEM = "system"  # the clock
    NOBODY = "nobody"  # not logged in


class Permission(StrEnum):
    """One act a role may hold. Scope (whose clients) is decided by the verb that fetches."""

    VIEW_CLIENT = "view_client"
    SCREEN = "screen"
    SCORE = "score"
    SEND_SCREENING = "send_screening"
    PRESCRIBE = "prescribe"
    SEND_REFERRAL = "send_referral"
    HANDLE_REFERRAL = "handle_referral"
    WRITE_NOTE = "write_note"
    PLAN_MEALS = "plan_meals"
    APPROVE_PLAN = "approve_plan"
    VIEW_MEALS = "view_meals"
    ORDER = "order"
    ORDER_GROUP = "order_group"
    COUNT_HOME_STOCK = "count_home_stock"
    RECORD_INTAKE = "record_intake"
    WATCH = "watch"  # the nightly look at everybody, by the clock
    VIEW_DAY = "view_day"
    PLAN_DAY = "plan_day"
    PUBLISH_DAY = "publish_day"
    VIEW_ROUTES = "view_routes"
    VIEW_KITCHEN = "view_kitchen"
    RUN_KITCHEN = "run_kitchen"
    VIEW_STOCK = "view_stock"
    MOVE_STOCK = "move_stock"
    VIEW_CATALOGUE = "view_catalogue"
    ADMINISTER = "administer"
    OWN_PROFILE = "own_profile"


P = Permission
_EVERYONE = frozenset({P.OWN_PROFILE})
_ROLES: dict[Role, frozenset[Permission]] = {
    Role.DIETITIAN: _EVERYONE
    | {
        P.VIEW_CLIENT,
        P.SCREEN,
        P.SCORE,
        P.PRESCRIBE,
        P.SEND_REFERRAL,
        P.HANDLE_REFERRAL,
        P.WRITE_NOTE,
        P.PLAN_MEALS,
        P.APPROVE_PLAN,
        P.VIEW_MEALS,
        P.ORDER,
        P.ORDER_GROUP,
        P.COUNT_HOME_STOCK,
        P.RECORD_INTAKE,
        P.VIEW_CATALOGUE,
    },
    Role.CARER: _EVERYONE
    | {
        P.VIEW_MEALS,
        P.ORDER,
        P.ORDER_GROUP,
        P.COUNT_HOME_STOCK,
        P.RECORD_INTAKE,
        P.VIEW_CATALOGUE,
        P.SEND_REFERRAL,
    },
    Role.CLIENT: _EVERYONE
    | {P.VIEW_MEALS, P.ORDER, P.COUNT_HOME_STOCK, P.RECORD_INTAKE, P.VIEW_CATALOGUE},
    Role.DISPATCHER: _EVERYONE
    | {
        P.VIEW_DAY,
        P.PLAN_DAY,
        P.PUBLISH_DAY,
        P.VIEW_ROUTES,
        P.VIEW_KITCHEN,
        P.RUN_KITCHEN,
        P.VIEW_STOCK,
        P.MOVE_STOCK,
        P.VIEW_CATALOGUE,
    },
    Role.KITCHEN: _EVERYONE
    | {
        P.VIEW_DAY,
        P.VIEW_KITCHEN,
        P.RUN_KITCHEN,
        P.VIEW_STOCK,
        P.MOVE_STOCK,
        P.VIEW_CATALOGUE,
    },
    Role.HOSPITAL: frozenset(
        {P.ORDER_GROUP, P.VIEW_CATALOGUE, P.SEND_REFERRAL, P.SCORE, P.SEND_SCREENING}
    ),
    Role.REFERRER: _EVERYONE | {P.SEND_REFERRAL, P.SCORE},
    Role.ADMIN: _EVERYONE | {P.ADMINISTER, P.VIEW_CATALOGUE},
    Role.NOBODY: frozenset(),
    Role.SYSTEM: frozenset({P.ORDER, P.PLAN_DAY, P.PLAN_MEALS, P.VIEW_DAY, P.WATCH}),
}


HEALTH = frozenset(
    {
        P.VIEW_CLIENT,
        P.SCREEN,
        P.SEND_SCREENING,
        P.PRESCRIBE,
        P.SEND_REFERRAL,
        P.HANDLE_REFERRAL,
        P.WRITE_NOTE,
        P.PLAN_MEALS,
        P.APPROVE_PLAN,
        P.VIEW_MEALS,
        P.ORDER,
        P.ORDER_GROUP,
        P.COUNT_HOME_STOCK,
        P.RECORD_INTAKE,
        P.VIEW_ROUTES,  # texture and allergen marks stand beside a name and a door
    }
)
"""Acts that touch health data: even a look writes an access-log row in its transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts now, and for whom.

    Staff of NPCC (`is_npcc`) serve all clients of the region, staff of a care home or hospital
    (`is_house`) those of their house. Anyone else sees and orders for the named clients only.
    Who plans, cooks or keeps the store does so in one kitchen at a time (`depot_id`; None: the
    only one); `kitchens` are those where they may work, by number and name.
    """

    role: Role
    user_id: int | None = None
    organisation_id: int | None = None
    is_npcc: bool = False
    is_house: bool = False
    sees: frozenset[int] = frozenset()
    orders_for: frozenset[int] = frozenset()
    name: str = ""
    language: str = "nl"
    depot_id: int | None = None
    kitchens: tuple[tuple[int, str], ...] = ()

    def may(self, permission: Permission) -> bool:
        """Whether the role holds this permission at all."""
        return permission in _ROLES[self.role]


SYSTEM = Actor(role=Role.SYSTEM, is_npcc=True, name="NPCC")
NOBODY = Actor(role=Role.NOBODY)


class AccessError(Exception):
    """Stops at the pipeline, which answers in the reader's language."""


class Forbidden(AccessError):
    """The actor's role does not hold the permission."""


class NotFound(AccessError):
    """It does not exist, or it is not yours: the same answer, so that nothing leaks."""


class Conflict(AccessError):
    """Someone else was first; `code` says what the reader should do next."""

    def __init__(self, code: str, **args: object) -> None:
        super().__init__(code)
        self.code = code
        self.args_for_text = args


class Refused(AccessError):
    """What was asked cannot be accepted as it stands: codes, with the field where there is one.

    Each problem is (field or "", code, arguments for the sentence). Nothing was changed.
    """

    def __init__(self, *problems: tuple[str, str, Mapping[str, object]]) -> None:
        super().__init__(", ".join(code for _, code, _ in problems))
        self.problems = problems


def require(actor: Actor, permission: Permission) -> Actor:
    """Give the actor back if it holds the permission; raise Forbidden otherwise."""
    if not actor.may(permission):
        raise Forbidden(permission.value)
    return actor
