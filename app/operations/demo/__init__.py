"""The demo region: generated from a seed relative to a day, and loaded into an empty database."""

from app.operations.demo.dates import next_service_day
from app.operations.demo.following import follow
from app.operations.demo.health import FIGURES
from app.operations.demo.kitchen import MEALS
from app.operations.demo.loading import holds_anything, load, logins_of
from app.operations.demo.logins import HOSPITAL_KEY, LOGINS, DemoLogin
from app.operations.demo.region import DemoRegion, WardMeals, generate
from app.operations.demo.seed import Place, Seed, packaged_seed

__all__ = [
    "FIGURES",
    "HOSPITAL_KEY",
    "LOGINS",
    "MEALS",
    "DemoLogin",
    "DemoRegion",
    "Place",
    "Seed",
    "WardMeals",
    "follow",
    "generate",
    "holds_anything",
    "load",
    "logins_of",
    "next_service_day",
    "packaged_seed",
]
