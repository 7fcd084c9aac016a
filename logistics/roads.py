"""How long and how far from door to door: one protocol, and the model that needs no server."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from optimizer import Matrix

_EARTH_KM = 6371.0088  # mean radius, IUGG 1980


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place on earth in hundred-thousandths of a degree (WGS 84): about a metre, and exact."""

    lat_e5: int
    lon_e5: int

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if not -9_000_000 <= self.lat_e5 <= 9_000_000:
            raise ValueError("latitude lies between -90 and 90 degrees")
        if not -18_000_000 <= self.lon_e5 <= 18_000_000:
            raise ValueError("longitude lies between -180 and 180 degrees")

    @classmethod
    def of(cls, latitude: float, longitude: float) -> "Point":
        """The point nearest to decimal degrees."""
        return cls(lat_e5=round(latitude * 1e5), lon_e5=round(longitude * 1e5))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadMatrix:
    """Whole seconds and metres from each point (row) to each point (column).

    `bands` stretch the seconds by the hour: minute of the day, and the thousandths of the usual
    speed that are driven from then on.
    """

    seconds: Matrix
    metres: Matrix
    provenance: str  # which model or map gave it, shown beside every arrival time
    bands: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        size = len(self.seconds)
        if len(self.metres) != size:
            raise ValueError("both matrices have one size")
        if any(minute < 0 or not 1 <= speed <= 10_000 for minute, speed in self.bands):
            raise ValueError("a band begins within the day and drives at 1..10000 thousandths")
        if any(here[0] >= then[0] for here, then in pairwise(self.bands)):
            raise ValueError("bands of traffic ascend")

    def only(self, places: tuple[int, ...]) -> "RoadMatrix":
        """The roads between some of the points, in the order asked for."""
        return replace(self, seconds=self.seconds.only(places), metres=self.metres.only(places))


class RoadProvider(Protocol):
    """Anything that knows the roads between points."""

    def matrix(self, points: tuple[Point, ...]) -> RoadMatrix:
        """Seconds and metres between all points, in the order given."""
        ...


def crow_km(points: Sequence[Point]) -> Iterator[NDArray[np.float64]]:
    """Kilometres as the crow flies from each point to all, by the haversine formula.

    On the mean sphere; to the bit the same both ways.
    """
    lat, lon = np.radians(
        [[each.lat_e5 / 1e5 for each in points], [each.lon_e5 / 1e5 for each in points]]
    )
    along = np.cos(lat)
    for here in range(len(points)):
        up, aside = np.sin((lat - lat[here]) / 2), np.sin((lon - lon[here]) / 2)
        chord = up**2 + along * along[here] * aside**2
        yield 2 * _EARTH_KM * np.arcsin(np.sqrt(np.minimum(1.0, chord)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerModel:
    """Estimated roads of Flanders: 1.383 h^0.951 km and 146.6 h^0.783 s, h as the crow flies.

    Fitted on GraphHopper roads between 500 Belgian towns (data set belgium-road-* of Timefold's
    vehicle routing examples, OpenStreetMap roads), those north of 50.68 degrees, 1 to 40 km apart.
    On towns not used for the fit the mean error was 3.9 % in km and 9.6 % in seconds. It knows
    passenger cars on free roads between town centres, no rivers and no one-way streets, and below
    1 km it is extrapolated. Exponents below 1 keep the triangle rule.

    `traffic_percent` of the free-flow time: 120 is a guess of the house, to be set from tours
    driven.
    """

    traffic_percent: int = 120

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.traffic_percent < 100:
            raise ValueError("traffic never makes roads faster than free flow")

    def matrix(self, points: tuple[Point, ...]) -> RoadMatrix:
        """Estimated seconds and metres; the same both ways."""
        seconds, metres = np.zeros((2, len(points), len(points)), dtype=np.int32)
        for at, km in enumerate(crow_km(points)):
            seconds[at] = 146.6 * km**0.783 * self.traffic_percent / 100 + 0.5
            metres[at] = np.rint(1383 * km**0.951)
        return RoadMatrix(
            seconds=Matrix(seconds),
            metres=Matrix(metres),
            provenance=f"power-model-1 traffic {self.traffic_percent} %",
        )
