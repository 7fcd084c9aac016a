"""Roads over HTTP: a server that speaks OSRM's table service, and which provider is in force."""

import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from app.access import Conflict
from app.config import Settings
from logistics import Point, PowerModel, RoadMatrix, RoadProvider
from optimizer import Matrix

TIMEOUT_SECONDS = 60


class OsrmTable:
    """Asks `/table/v1/driving/` of an OSRM-compatible server for seconds and metres."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    def matrix(self, points: tuple[Point, ...]) -> RoadMatrix:
        """Give seconds and metres between all points.

        Raises Conflict `roads.unreachable` when there is no answer, `roads.not_understood` when
        the answer is no full table, `roads.no_route` when two points are not connected: a
        missing road is never zero.
        """
        if len(points) < 2:
            still = Matrix.still(len(points))
            return RoadMatrix(seconds=still, metres=still, provenance="osrm")
        answer = self._ask(points)
        try:
            seconds, metres = answer["durations"], answer["distances"]
            if any(cell is None for row in (*seconds, *metres) for cell in row):
                raise Conflict("roads.no_route")
            return RoadMatrix(seconds=_whole(seconds), metres=_whole(metres), provenance="osrm")
        except (KeyError, TypeError, ValueError):
            raise Conflict("roads.not_understood") from None

    def _ask(self, points: tuple[Point, ...]) -> dict[str, Any]:
        places = ";".join(
            f"{point.lon_e5 / 100000:.5f},{point.lat_e5 / 100000:.5f}" for point in points
        )
        path = f"{self._url.path.rstrip('/')}/table/v1/driving/{places}"
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        connection = kind(self._url.hostname or "", self._url.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("GET", f"{path}?annotations=duration,distance")
            response = connection.getresponse()
            body = response.read()
        except (OSError, HTTPException):
            raise Conflict("roads.unreachable") from None
        finally:
            connection.close()
        try:
            answer = json.loads(body)
        except ValueError:
            raise Conflict("roads.not_understood") from None
        if response.status != 200 or not isinstance(answer, dict) or answer.get("code") != "Ok":
            raise Conflict("roads.not_understood")
        return answer


def _whole(rows: list[list[float]]) -> Matrix:
    return Matrix([[round(cell) for cell in row] for row in rows])


def provider(settings: Settings) -> RoadProvider:
    """Give the road provider in force: the server of OSRM_URL, else the fitted model."""
    return OsrmTable(settings.osrm_url) if settings.osrm_url else PowerModel()
