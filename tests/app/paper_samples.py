"""One day's papers for tests, made of nobody's data, and ways to read them back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

from pypdf import PdfReader

import screening
from app import paper
from app.i18n import Translator, translator
from logistics import (
    Boxes,
    Dish,
    KitchenSheet,
    KitchenTask,
    Label,
    LoadingList,
    LoadLine,
    LoadStop,
    MachineDay,
    Operator,
    PickList,
    PickRow,
    Point,
    RouteSheet,
    RouteStop,
    Texture,
)
from logistics.papers import KitchenIngredient, LotTake
from menus import (
    Appliance,
    Claim,
    FoodInformation,
    Heating,
    Iddsi,
    Kind,
    ListedIngredient,
    Names,
    Nutrition,
    Portion,
    PortionNutrition,
    Programme,
    Regeneration,
    Role,
    Seasoning,
    Statement,
    StepKind,
    Zone,
)

DAY = date(2026, 11, 24)
NL = translator("nl")
VERSION = "3"
LONG = "Van den Broucke-Vandenbroeck-Deschepper " * 4 + "Ł" * 90
NOTE = "Sleutelkluis links van de deur, code 4417. Hond in de tuin, poort goed sluiten."


def names(word: str) -> Names:
    return Names(nl=word, fr=f"{word} fr", en=f"{word} en")


def stop(number: int, **changed: Any) -> RouteStop:
    first = RouteStop(
        number=number,
        trip=1,
        begin_min=500 + 15 * number,
        open_min=480,
        close_min=720,
        name=f"J. Sabbe-{number}",
        street=f"Kleine-Stadenstraat {number}",
        town="8830 Hooglede",
        phone="051 20 10 00",
        access_note=NOTE,
        boxes=Boxes(frozen=2, chilled=1),
        avoid=("nuts", "gluten:wheat"),
        textures=(
            Texture(level=Iddsi.L5, kind=Kind.FOOD),
            Texture(level=Iddsi.L2, kind=Kind.DRINK),
        ),
        pickups=(),
        orders=(f"2{number:04}",),
        qr=f"npcc:2026-11-24/C/{number}",
        point=Point(lat_e5=5_094_600 + 700 * number % 3_000, lon_e5=312_200 - 350 * number),
    )
    return replace(first, **changed)


def sheet(*stops: RouteStop, **changed: Any) -> RouteSheet:
    whole = RouteSheet(
        day=DAY,
        depot="Depot Roeselare",
        depot_point=Point(lat_e5=5_094_600, lon_e5=312_200),
        letter="C",
        name="Hooglede en Staden",
        starts_min=(486,),
        backs_min=(738,),
        distance_m=67_300,
        boxes=Boxes(frozen=24, chilled=12),
        stops=stops,
    )
    return replace(whole, **changed)


def stops(count: int) -> Iterator[RouteStop]:
    return (stop(number) for number in range(1, count + 1))


DISH = Dish(
    names=names("Kip met mosterd"), kind=Kind.FOOD, level=Iddsi.L4, seasoning=Seasoning.LOW_SALT
)
TAKES = (
    LotTake(lot="K2611-07", amount_g=400, use_by=DAY),
    LotTake(lot="K2611-22", amount_g=200, use_by=DAY),
)
LOAD_LINE = LoadLine(dish=DISH, zone=Zone.FROZEN, portions=3, amount_g=600, lots=TAKES)
LOADING = LoadingList(
    day=DAY,
    depot="Depot Roeselare",
    letter="C",
    name="Hooglede",
    trip=1,
    start_min=486,
    boxes=Boxes(frozen=1, ambient=1),
    stops=(
        LoadStop(number=2, name="Last & first", boxes=Boxes(frozen=1), lines=(LOAD_LINE,) * 60),
        LoadStop(number=1, name="Empty", boxes=Boxes(ambient=1), lines=()),
    ),
)
PICKING = PickList(
    day=DAY,
    depot="Depot Roeselare",
    letter="C",
    name="Hooglede",
    trip=1,
    start_min=486,
    rows=(PickRow(zone=Zone.CHILLED, dish=DISH, take=TAKES[0]),),
)
TASK = KitchenTask(
    batch="B1",
    lot="K2611-07",
    kind=StepKind.KETTLE,
    start_min=330,
    end_min=395,
    due_min=440,
    dish=DISH,
    amount_g=24_500,
    allergens=("milk", "mustard"),
    ingredients=(KitchenIngredient(names=names("kipfilet"), amount_g=18_200, lots=("I-4",)),),
    programme=Programme.SIMMER,
)
KITCHEN = KitchenSheet(
    day=DAY,
    depot="Depot Roeselare",
    machines=(
        MachineDay(
            machine="Kookketel 1",
            tasks=(
                TASK,
                replace(TASK, kind=StepKind.PACK, allergens=(), ingredients=(), programme=None),
            ),
        ),
    ),
)
NUTRITION = Nutrition(
    energy_kj=545,
    energy_kcal=130,
    fat_dg=55,
    saturates_dg=19,
    carbohydrate_dg=56,
    sugars_dg=3,
    fibre_dg=7,
    protein_dg=130,
    salt_cg=78,
)


def listed(name: str, mg: int, *allergens: str, told: bool = True) -> ListedIngredient:
    return ListedIngredient(names=names(name), allergens=allergens, per_100g_mg=mg, share_told=told)


FOOD = FoodInformation(
    variant="kip/4/low-salt",
    names=DISH.names,
    role=Role.PROTEIN,
    kind=DISH.kind,
    level=DISH.level,
    seasoning=DISH.seasoning,
    zone=Zone.FROZEN,
    ingredients=(
        listed("volle melk", 60_000, "milk"),
        listed("pudding", 9_000, "eggs", "milk", told=False),
    ),
    shares_in_grams=False,
    allergens=("eggs", "milk"),
    may_contain=("celery",),
    nutrition=NUTRITION,
    portions=(PortionNutrition(portion=Portion.M, grams=250, nutrition=NUTRITION),),
    significant=(),
    claims=(Claim(rule="protein_high"), Claim(rule="sugars_low")),
    statements=(Statement.ALCOHOL,),
    regeneration=(
        Regeneration(
            appliance=Appliance.STEAM_OVEN,
            heating=Heating.COVERED,
            minutes=35,
            core_celsius=75,
        ),
    ),
)
LABEL = Label(
    food=FOOD,
    net_g=250,
    use_by=date(2027, 8, 21),
    lot="K2611-07",
    operator=Operator(name="Keuken & co", street="Kaai 1", town="8800 Roeselare"),
)

Maker = Callable[[Translator], bytes]
PAPERS: dict[str, Maker] = {
    "route": lambda speak: paper.route_pdf([sheet(*stops(13))], speak, version=VERSION),
    "loading": lambda speak: paper.loading_pdf([LOADING], speak, version=VERSION),
    "picking": lambda speak: paper.pick_pdf([PICKING], speak, version=VERSION),
    "kitchen": lambda speak: paper.kitchen_pdf(KITCHEN, speak, version=VERSION),
    "screening": lambda speak: paper.screening_pdf(
        paper.PaperForm(
            table=screening.instrument(screening.Tool.MUST), person=LONG, born="27 maart 1944"
        ),
        speak,
    ),
    "labels": lambda speak: paper.labels_pdf([LABEL], speak, version=VERSION),
}


def pages(pdf: bytes) -> list[str]:
    """The text of each page, with its white space made even."""
    return [
        " ".join(page.extract_text().replace("\u00a0", " ").split())
        for page in PdfReader(BytesIO(pdf)).pages
    ]


def sheets(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)


def text(pdf: bytes) -> str:
    return " ".join(pages(pdf))


def route(*on: RouteStop, **changed: Any) -> bytes:
    return paper.route_pdf([sheet(*on, **changed)], NL, version=VERSION)
