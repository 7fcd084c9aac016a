"""Roads over HTTP, against a small real server that speaks OSRM's table service."""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest

from app.access import Conflict
from app.config import Settings
from app.roads import OsrmTable, provider
from logistics import Point, PowerModel
from optimizer import Matrix

POINTS = (
    Point.of(50.93878, 3.14517),
    Point.of(50.96868, 3.14416),
    Point.of(50.88909, 3.93724),
)


def honest(path: str) -> tuple[int, object]:
    """Answer as OSRM does: straight lines at 36 km/h, coordinates as longitude,latitude."""
    places = [
        tuple(float(one) for one in place.split(","))
        for place in urlsplit(path).path.rsplit("/", 1)[1].split(";")
    ]
    metres = [
        [math.hypot((a[0] - b[0]) * 70_000, (a[1] - b[1]) * 111_000) for b in places]
        for a in places
    ]
    seconds = [[one / 10 for one in row] for row in metres]
    return 200, {"code": "Ok", "durations": seconds, "distances": metres}


@contextmanager
def road_server(answer: Callable[[str], tuple[int, object]]) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, body = answer(self.path)
            text = body if isinstance(body, str) else json.dumps(body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/osrm", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_table_comes_back_in_whole_seconds_and_metres() -> None:
    with road_server(honest) as (url, asked):
        matrix = OsrmTable(url).matrix(POINTS)
    assert asked[0].startswith("/osrm/table/v1/driving/3.14517,50.93878;3.14416,50.96868;")
    assert "annotations=duration,distance" in asked[0]
    assert matrix.provenance == "osrm"
    assert [matrix.metres[at][at] for at in range(3)] == [0, 0, 0]
    assert matrix.metres[0][1] == pytest.approx(3320, abs=10)
    assert matrix.seconds[0][1] == pytest.approx(332, abs=1)


def test_one_point_needs_no_server() -> None:
    matrix = OsrmTable("http://127.0.0.1:9").matrix(POINTS[:1])
    assert (matrix.seconds, matrix.metres) == (Matrix.still(1), Matrix.still(1))
    assert OsrmTable("http://127.0.0.1:9").matrix(()).seconds == Matrix()


def holed(path: str) -> tuple[int, object]:
    status, body = honest(path)
    assert isinstance(body, dict)
    body["durations"][0][1] = None
    return status, body


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (holed, "roads.no_route"),
        (lambda _: (200, "geen json"), "roads.not_understood"),
        (lambda _: (200, [1, 2]), "roads.not_understood"),
        (lambda _: (200, {"code": "NoTable"}), "roads.not_understood"),
        (lambda _: (400, {"code": "Ok"}), "roads.not_understood"),
        (lambda _: (200, {"code": "Ok", "durations": [[0]]}), "roads.not_understood"),
        (
            lambda _: (200, {"code": "Ok", "durations": [[0]], "distances": [[0, 1]]}),
            "roads.not_understood",
        ),
    ],
)
def test_what_is_no_full_table_is_refused(
    answer: Callable[[str], tuple[int, object]], code: str
) -> None:
    with road_server(answer) as (url, _), pytest.raises(Conflict, match=code):
        OsrmTable(url).matrix(POINTS)


def test_a_silent_server_is_named() -> None:
    with road_server(honest) as (url, _):
        pass  # it is closed again: nobody listens there any more
    with pytest.raises(Conflict, match="roads.unreachable"):
        OsrmTable(url).matrix(POINTS)


def test_the_model_serves_without_a_server() -> None:
    settings = Settings(database_url="sqlite://", secret_key="k")
    assert isinstance(provider(settings), PowerModel)
    with_server = Settings(database_url="sqlite://", secret_key="k", osrm_url="http://roads")
    assert isinstance(provider(with_server), OsrmTable)
