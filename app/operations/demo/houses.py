"""Where people of the demo region live and who pays: invented houses near real places."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, radians
from random import Random

from app.models.people import OrganisationKind
from app.operations.demo.seed import Place, Seed
from app.operations.exchange import OrganisationRow, SiteRow, WardRow, Windows
from logistics import DriverSkill, SiteKind

LAT_E5_PER_KM = 899  # a degree of latitude is 111.2 km
DELIVERY_DAYS = (0, 1, 2, 3, 4, 5)
_SCATTER_KM, _FARTHEST_KM = 0.45, 1.0
_HOME_WINDOWS: tuple[tuple[Windows, int], ...] = (
    (((8 * 60, 12 * 60),), 34),
    (((9 * 60, 13 * 60),), 22),
    (((8 * 60, 17 * 60),), 24),
    (((13 * 60, 17 * 60),), 14),
    (((8 * 60, 10 * 60), (14 * 60, 17 * 60)), 6),
)
_NOTES = (
    "Bel twee keer, opendoen duurt even.",
    "Sleutel in het kastje naast de deur, code bij de planning.",
    "Achterom via de garage.",
    "Hond in de tuin, is vriendelijk.",
    "Diepvriezer staat in de berging.",
    "Lift links van de inkom.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A residential centre or hospital with its wards and how many live in each."""

    code: str
    name: str
    kind: OrganisationKind
    place: str
    wards: tuple[tuple[str, str, int], ...]
    windows: tuple[tuple[int, int], ...]


HOUSES: tuple[House, ...] = (
    House(
        code="wzc-vlasbloem",
        name="Woonzorgcentrum De Vlasbloem (demo)",
        kind=OrganisationKind.RESIDENTIAL,
        place="Roeselare",
        wards=(("A", "Leefgroep Linde", 13), ("B", "Leefgroep Beuk", 12)),
        windows=((6 * 60 + 30, 10 * 60 + 30),),
    ),
    House(
        code="wzc-boekweit",
        name="Woonzorgcentrum Het Boekweithof (demo)",
        kind=OrganisationKind.RESIDENTIAL,
        place="Izegem",
        wards=(("A", "Leefgroep Zon", 13), ("B", "Leefgroep Maan", 12)),
        windows=((6 * 60 + 30, 10 * 60 + 30),),
    ),
    House(
        code="wzc-karwij",
        name="Woonzorgcentrum Karwij (demo)",
        kind=OrganisationKind.RESIDENTIAL,
        place="Torhout",
        wards=(("A", "Leefgroep Merel", 13), ("B", "Leefgroep Mus", 12)),
        windows=((6 * 60 + 30, 10 * 60 + 30),),
    ),
    House(
        code="zh-klaproos",
        name="Ziekenhuis De Klaproos (demo)",
        kind=OrganisationKind.HOSPITAL,
        place="Roeselare",
        wards=(
            ("GER", "Geriatrie", 13),
            ("REV", "Revalidatie", 12),
            ("ONC", "Oncologie", 9),
            ("INW", "Inwendige ziekten", 11),
        ),
        windows=((6 * 60, 9 * 60),),
    ),
)
SITE_KINDS = {
    OrganisationKind.RESIDENTIAL: SiteKind.RESIDENTIAL,
    OrganisationKind.HOSPITAL: SiteKind.HOSPITAL,
}


def house_rows(
    rng: Random, seed: Seed, house: House, number: int
) -> tuple[OrganisationRow, SiteRow, tuple[WardRow, ...]]:
    """Give a house with its address, its wards and its delivery window."""
    place = next(one for one in seed.places if one.name == house.place)
    organisation = OrganisationRow(code=house.code, kind=house.kind, name=house.name)
    lat, lon = scattered(rng, place)
    site = SiteRow(
        code=f"s-{house.code}",
        organisation=house.code,
        kind=SITE_KINDS[house.kind],
        name=house.name,
        street=_street(rng, seed),
        postcode=place.postcode,
        place=place.name,
        lat_e5=lat,
        lon_e5=lon,
        windows=house.windows,
        access_note="Leveren aan de keuken, poort achteraan.",
        phone=phone(9000 + number),
        delivery_weekdays=DELIVERY_DAYS,
        skills=(DriverSkill.TAIL_LIFT,) if house.kind is OrganisationKind.HOSPITAL else (),
    )
    wards = tuple(WardRow(site=site.code, code=code, name=name) for code, name, _ in house.wards)
    return organisation, site, wards


def home_rows(
    rng: Random, seed: Seed, code: str, family: str, number: int
) -> tuple[OrganisationRow, SiteRow]:
    """Give a household and its address."""
    place = rng.choices(seed.places, _weights(seed.places))[0]
    lat, lon = scattered(rng, place)
    organisation = OrganisationRow(
        code=f"h-{code}", kind=OrganisationKind.HOUSEHOLD, name=f"Huishouden {family}"
    )
    windows = [each for each, _ in _HOME_WINDOWS]
    shares = [share for _, share in _HOME_WINDOWS]
    has_floor = rng.randrange(100) < 18
    site = SiteRow(
        code=f"s-{code}",
        organisation=organisation.code,
        kind=SiteKind.HOME,
        name=f"Thuis bij {family}",
        street=_street(rng, seed),
        postcode=place.postcode,
        place=place.name,
        lat_e5=lat,
        lon_e5=lon,
        windows=rng.choices(windows, shares)[0],
        floor=rng.randint(1, 5) if has_floor else 0,
        access_note=rng.choice(_NOTES) if rng.randrange(100) < 40 else "",
        phone=phone(number),
        delivery_weekdays=DELIVERY_DAYS,
        skills=_asked(number),
    )
    return organisation, replace(site, preferred_by_min=_preferred_by(number, site.windows))


def _preferred_by(number: int, windows: Windows) -> int | None:
    """Some homes eat at noon, and rather have their meal before, though their window goes on."""
    by_min = 11 * 60 + 30
    eats_at_noon = number % 12 == 5
    return by_min if eats_at_noon and any(a < by_min < b for a, b in windows) else None


def _asked(number: int) -> tuple[DriverSkill, ...]:
    """Some doors open with a key that a driver carries; at some French is spoken."""
    if number % 25 == 3:
        return (DriverSkill.KEYS,)
    return (DriverSkill.FRENCH,) if number % 40 == 7 else ()


def _weights(places: Sequence[Place]) -> list[int]:
    """Weigh a place by its size, and down by its distance to Roeselare (the first of the list)."""
    centre = places[0]
    return [max(1, 2**place.size * max(2, 22 - round(_km(centre, place)))) for place in places]


def _km(one: Place, other: Place) -> float:
    north = (other.lat_e5 - one.lat_e5) / LAT_E5_PER_KM
    east = (other.lon_e5 - one.lon_e5) / LAT_E5_PER_KM * cos(radians(one.lat_e5 / 100_000))
    return float((north**2 + east**2) ** 0.5)


def scattered(rng: Random, place: Place) -> tuple[int, int]:
    """Give a position within a kilometre of a place's centre, denser near the middle."""
    while True:
        north, east = rng.gauss(0, _SCATTER_KM), rng.gauss(0, _SCATTER_KM)
        if north**2 + east**2 <= _FARTHEST_KM**2:
            break
    shrink = cos(radians(place.lat_e5 / 100_000))
    return (
        place.lat_e5 + round(north * LAT_E5_PER_KM),
        place.lon_e5 + round(east * LAT_E5_PER_KM / shrink),
    )


def _street(rng: Random, seed: Seed) -> str:
    return f"{rng.choice(seed.names['street'])} {rng.randint(1, 160)}"


def phone(number: int) -> str:
    """Give a telephone number that cannot be dialled: no Belgian subscriber number starts at 00."""
    return f"051 00 {number // 100 % 100:02d} {number % 100:02d}"
