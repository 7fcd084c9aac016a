"""Messages of administration: users, organisations, sites, wards, keys."""

from typing import Any

from marshmallow import post_load, validate

from app.access import Role
from app.i18n import LANGUAGES
from app.operations.admin import WORKS_AT, ChangedUser, Kind, NewUser, Wanted
from app.operations.houses import Hours, SiteFacts
from app.schemas.base import Exactly, Form, Listed, OneOf, Several, Switch, Text, Whole
from logistics import DriverSkill

_ID = 2**53
_ROLES = tuple(role.value for role in WORKS_AT)
_KINDS = tuple(kind.value for kind in Kind)
CODE_SHAPE = validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z", error="admin.code_shape")
TIME_SHAPE = validate.Regexp(r"^([01]?[0-9]|2[0-3])[:.h][0-5][0-9]\Z", error="admin.time_shape")
_MAIL = validate.Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+\Z", error="admin.mail_shape")


class Patterned(Text):
    """Text of a shape."""

    def __init__(self, shape: validate.Regexp, *, most: int = 200, **settings: Any) -> None:
        super().__init__(most=most, **settings)
        self.validators.append(shape)


class UsersQuery(Form):
    """Which users to list."""

    q = Text(load_default="")
    role = OneOf(_ROLES, load_default=None)
    active = Switch(load_default=None)
    first = Whole(least=0, most=10_000_000, load_default=0)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Wanted:
        """Give the filters to the verb."""
        role = values["role"]
        known = None if role is None else Role(role)
        return Wanted(text=values["q"], role=known, active=values["active"], first=values["first"])


class HousesQuery(Form):
    """Which organisations to list."""

    q = Text(load_default="")
    kind = OneOf(_KINDS, load_default=None)
    first = Whole(least=0, most=10_000_000, load_default=0)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> Wanted:
        """Give the filters to the verb."""
        kind = values["kind"]
        return Wanted(
            text=values["q"], kind=None if kind is None else Kind(kind), first=values["first"]
        )


class JobsQuery(Form):
    """Where the list of jobs starts."""

    first = Whole(least=0, most=10_000_000, load_default=0)


class InviteForm(Form):
    """Who is invited."""

    login = Patterned(_MAIL, required=True)
    name = Text(required=True)
    role = OneOf(_ROLES, required=True)
    organisation = Whole(least=1, most=_ID, required=True)
    language = OneOf(LANGUAGES, required=True)
    client = Text(most=40, load_default="")
    depots = Listed(Text(most=60), most=200, load_default=list)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> NewUser:
        """Give the user to the verb."""
        role = Role(values.pop("role"))
        depots = tuple(values.pop("depots"))
        house = values.pop("organisation")
        return NewUser(role=role, organisation_id=house, depots=depots, **values)


class UserForm(Form):
    """What changes of a user; an unticked box is no access."""

    name = Text(required=True)
    role = OneOf(_ROLES, required=True)
    organisation = Whole(least=1, most=_ID, required=True)
    active = Switch(load_default=False)
    depots = Listed(Text(most=60), most=200, load_default=list)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> ChangedUser:
        """Give the change to the verb."""
        role = Role(values.pop("role"))
        depots = tuple(values.pop("depots"))
        house = values.pop("organisation")
        return ChangedUser(role=role, organisation_id=house, depots=depots, **values)


class NewHouseForm(Form):
    """A new organisation."""

    kind = OneOf(tuple(one for one in _KINDS if one != Kind.NPCC), required=True)
    name = Text(required=True)
    code = Patterned(CODE_SHAPE, most=60, required=True)


class HouseForm(Form):
    """What changes of an organisation; an unticked box closes it."""

    name = Text(required=True)
    active = Switch(load_default=False)


class SiteForm(Form):
    """A place of delivery: address, position, hours, weekdays."""

    name = Text(required=True)
    street = Text(required=True)
    postcode = Text(most=12, required=True)
    place = Text(required=True)
    lat = Exactly(
        required=True, validate=validate.Range(min=49, max=52, error="form.range min=49 max=52")
    )
    lon = Exactly(
        required=True, validate=validate.Range(min=2, max=7, error="form.range min=2 max=7")
    )
    open = Patterned(TIME_SHAPE, required=True)
    close = Patterned(TIME_SHAPE, required=True)
    open_2 = Patterned(TIME_SHAPE, load_default=None)
    close_2 = Patterned(TIME_SHAPE, load_default=None)
    preferred_by = Patterned(TIME_SHAPE, load_default=None)
    weekdays = Several([str(day) for day in range(7)], load_default=list)
    floor = Whole(least=-5, most=60, load_default=0)
    access_note = Text(most=400, load_default="")
    phone = Text(most=40, load_default="")
    min_life_days = Whole(least=0, most=365, load_default=None)
    lift = Switch(load_default=False)
    skills = Several(tuple(skill.value for skill in DriverSkill), load_default=list)
    vans = Listed(Text(most=200), most=200, load_default=list)
    depot = Text(most=60, load_default=None)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the facts to the verb, beside the code of a new site."""
        kept = {name: values.pop(name) for name in ("code",) if name in values}
        hours = [(values.pop("open"), values.pop("close"))]
        second = (values.pop("open_2"), values.pop("close_2"))
        if all(second):
            hours.append(second)
        preferred_by = values.pop("preferred_by")
        facts = SiteFacts(
            preferred_by_min=minutes_of(preferred_by) if preferred_by else None,
            lat_e5=int(values.pop("lat") * 100_000),
            lon_e5=int(values.pop("lon") * 100_000),
            windows=tuple(
                Hours(open_min=minutes_of(start), close_min=minutes_of(end)) for start, end in hours
            ),
            weekdays=tuple(int(day) for day in values.pop("weekdays")),
            skills=tuple(DriverSkill(one) for one in values.pop("skills")),
            vans=tuple(values.pop("vans")),
            **values,
        )
        return kept | {"facts": facts}


class NewSiteForm(SiteForm):
    """A new place of delivery, with its code."""

    code = Patterned(CODE_SHAPE, most=60, required=True)


def minutes_of(text: str) -> int:
    """Give minutes after midnight of a time as people write it: 7:30, 7.30, 7h30."""
    hours, minutes = text.replace(".", ":").replace("h", ":").split(":")
    return int(hours) * 60 + int(minutes)


class WardForm(Form):
    """A new ward."""

    code = Patterned(CODE_SHAPE, most=40, required=True)
    name = Text(required=True)


class KeyForm(Form):
    """A new key: for whose system, and its name."""

    organisation = Whole(least=1, most=_ID, required=True)
    name = Text(most=80, required=True)
