"""From the plan of a day to its papers: who gets what, where, from which lot."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from logistics.day import DayInputs, DayPlan, DaySite
from logistics.demand import Explosion, OrderLine
from logistics.labels import Packed
from logistics.production import Batch
from logistics.routes import Route, Stop, Trip
from logistics.sheets import (
    FACE_CODES,
    Dish,
    KitchenIngredient,
    KitchenSheet,
    KitchenTask,
    LoadingList,
    LoadLine,
    LoadStop,
    LotTake,
    MachineDay,
    PaperNames,
    Pause,
    PickList,
    PickRow,
    PurchaseRow,
    RouteSheet,
    RouteStop,
    Texture,
)
from logistics.stock import Allocation, Lot
from logistics.vans import Boxes, Vehicle
from menus import Iddsi, Kind, Portion, Variant, Zone, allergens_in_order

_USUAL = frozenset({(Kind.FOOD, Iddsi.L7), (Kind.DRINK, Iddsi.L0)})
_ZONES = tuple(Zone)


def route_sheets(inputs: DayInputs, plan: DayPlan, names: PaperNames) -> tuple[RouteSheet, ...]:
    """One sheet per van that drives, in the order of the plan. KeyError: a site without a place."""
    day = _Day(inputs, plan, names)
    return tuple(_route_sheet(day, route) for route in plan.routes.routes)


def loading_lists(inputs: DayInputs, plan: DayPlan, names: PaperNames) -> tuple[LoadingList, ...]:
    """One list per trip; the stop that is visited last is loaded first."""
    day = _Day(inputs, plan, names)
    return tuple(
        LoadingList(
            day=inputs.service_day,
            depot=names.depot,
            letter=route.letter,
            name=names.vans.get(route.vehicle, route.vehicle),
            trip=number,
            start_min=trip.start_s // 60,
            boxes=trip.goods,
            stops=tuple(_load_stop(day, at, stop) for at, stop in reversed(stops)),
            trips=len(route.trips),
            settings=day.vans[route.vehicle].settings(trip.boxes) or (),
            switches=day.vans[route.vehicle].switches,
        )
        for route in plan.routes.routes
        for number, trip, stops in _trips(route)
    )


def pick_lists(inputs: DayInputs, plan: DayPlan, names: PaperNames) -> tuple[PickList, ...]:
    """One list per trip: what to take from the store, by zone and name, all stops together."""
    day = _Day(inputs, plan, names)
    return tuple(
        PickList(
            day=inputs.service_day,
            depot=names.depot,
            letter=route.letter,
            name=names.vans.get(route.vehicle, route.vehicle),
            trip=number,
            start_min=trip.start_s // 60,
            rows=_pick_rows(day, trip.stops),
        )
        for route in plan.routes.routes
        for number, trip, _ in _trips(route)
    )


def kitchen_sheet(inputs: DayInputs, plan: DayPlan, names: PaperNames) -> KitchenSheet:
    """Every machine that works, with its steps in the order of time."""
    day = _Day(inputs, plan, names)
    tasks: defaultdict[str, list[KitchenTask]] = defaultdict(list)
    for batch in plan.batches:
        for number, op in enumerate(batch.ops):
            tasks[op.machine].append(_task(day, batch, number))
    return KitchenSheet(
        day=inputs.service_day,
        depot=names.depot,
        machines=tuple(
            MachineDay(
                machine=names.machines.get(machine.id, machine.id),
                tasks=tuple(sorted(tasks[machine.id], key=lambda each: (each.start_min, each.lot))),
            )
            for machine in inputs.machines
            if machine.id in tasks
        ),
    )


def packed_portions(inputs: DayInputs, plan: DayPlan) -> tuple[Packed, ...]:
    """What is packed today, to be labelled: ordered portions, then the rest in medium portions.

    What is left and too little for a medium portion is not packed.
    """
    day = _Day(inputs, plan, PaperNames(depot="", vans={}, machines={}, stops={}))
    return tuple(
        Packed(sku=lot.sku, lot=lot.id, use_by=lot.use_by, portion_g=grams, portions=count)
        for lot in plan.born
        for grams, count in _portions(day, lot).items()
        if count
    )


def purchase_rows(inputs: DayInputs, plan: DayPlan) -> tuple[PurchaseRow, ...]:
    """The purchase proposals with names, packs and cost; also of what is sold no longer."""
    sold = {(each.supplier, each.ingredient): each for each in inputs.supply_items}
    rows = []
    for buy in plan.purchases:
        item, cents = sold.get((buy.supplier, buy.item)), buy.cost_cents
        if item and cents is None:
            cents = buy.packs * item.price_cents
        rows.append(
            PurchaseRow(
                day=buy.day,
                supplier=buy.supplier,
                ingredient=buy.item,
                names=inputs.catalogue.ingredients[buy.item].names,
                packs=buy.packs,
                pack_g=item.pack_g if item else None,
                amount_g=buy.packs * item.pack_g if item else None,
                cost_cents=cents,
                reasons=buy.reasons,
            )
        )
    return tuple(rows)


@dataclass(frozen=True)
class _Day:
    """The day's inputs and plan, looked up by id."""

    inputs: DayInputs
    plan: DayPlan
    names: PaperNames

    @cached_property
    def lines(self) -> Mapping[str, OrderLine]:
        return {line.id: line for line in self.inputs.lines()}

    @cached_property
    def lots(self) -> Mapping[str, Lot]:
        return {lot.id: lot for lot in (*self.inputs.lots, *self.plan.born)}

    @cached_property
    def loaded(self) -> Mapping[str, list[Allocation]]:
        """What is loaded for each site."""
        site = {order.id: order.site for order in self.inputs.orders}
        found: defaultdict[str, list[Allocation]] = defaultdict(list)
        for each in self.plan.allocations:
            found[site[self.lines[each.order_line].order]].append(each)
        return found

    @cached_property
    def explosion(self) -> Explosion:
        return Explosion(self.inputs.catalogue)

    @cached_property
    def drawn(self) -> Mapping[tuple[str, str], list[str]]:
        """Lots of each ingredient taken into each batch."""
        ingredient = {lot.id: lot.ingredient for lot in self.inputs.ingredient_lots}
        found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for draw in self.plan.draws:
            found[draw.batch, ingredient[draw.lot]].append(draw.lot)
        return found

    @cached_property
    def vans(self) -> Mapping[str, Vehicle]:
        return {van.id: van for van in self.inputs.vehicles}

    @cached_property
    def sites(self) -> Mapping[str, DaySite]:
        return {site.id: site for site in self.inputs.sites}

    def variant(self, lot: str) -> Variant:
        return self.inputs.catalogue.variants[self.lots[lot].sku]


_Stops = list[tuple[int, Stop]]


def _trips(route: Route) -> Iterator[tuple[int, Trip, _Stops]]:
    """Each trip with its number, and its stops with theirs: these run on through the day."""
    done = 0
    for number, trip in enumerate(route.trips, 1):
        yield number, trip, list(enumerate(trip.stops, done + 1))
        done += len(trip.stops)


def _route_sheet(day: _Day, route: Route) -> RouteSheet:
    stops = [(at, number, stop) for number, _, numbered in _trips(route) for at, stop in numbered]
    return RouteSheet(
        day=day.inputs.service_day,
        depot=day.names.depot,
        depot_point=day.inputs.depot.point,
        letter=route.letter,
        name=day.names.vans.get(route.vehicle, route.vehicle),
        starts_min=tuple(trip.start_s // 60 for trip in route.trips),
        backs_min=tuple(ceil(trip.end_s / 60) for trip in route.trips),
        distance_m=route.metres,
        boxes=sum((trip.goods for trip in route.trips), Boxes()),
        stops=tuple(_route_stop(day, route, *each) for each in stops),
        pauses=tuple(_pauses(day, route)),
    )


def _route_stop(day: _Day, route: Route, at: int, trip: int, stop: Stop) -> RouteStop:
    place = day.names.stops[stop.site]
    site = day.sites[stop.site]
    opens, closes = _window(site.windows, stop.begin_min)
    orders = {day.lines[each.order_line].order for each in day.loaded[stop.site]}
    known = dict(day.plan.routes.usual).get(stop.site)
    return RouteStop(
        number=at,
        trip=trip,
        begin_min=stop.begin_min,
        open_min=opens,
        close_min=closes,
        name=place.name,
        street=place.street,
        town=place.town,
        phone=place.phone,
        access_note=place.access_note,
        boxes=stop.goods,
        avoid=place.avoid,
        textures=_textures(day, stop.site),
        pickups=stop.pickups,
        orders=tuple(sorted(orders)),
        qr=f"{day.names.link}{day.inputs.service_day.isoformat()}/{route.vehicle}/{at}",
        point=site.point,
        face=FACE_CODES[known != route.vehicle] if known in day.vans else "",
        usual_van=day.vans[known].letter if known and known in day.vans else "",
        skills=site.skills,
        preferred_by_min=stop.preferred_by_min,
    )


def _window(windows: tuple[tuple[int, int], ...], begin_min: int) -> tuple[int, int]:
    """The window in which service begins; the first one when it begins in none."""
    within = [each for each in windows if each[0] <= begin_min <= each[1]]
    return (within or windows)[0]


def _textures(day: _Day, site: str) -> tuple[Texture, ...]:
    """The levels in the boxes of a site other than normal food and thin drink, food first."""
    variants = [day.variant(each.lot) for each in day.loaded[site]]
    found = {(each.kind, each.iddsi) for each in variants} - _USUAL
    order = list(Iddsi)
    marks = sorted(found, key=lambda each: (each[0] is Kind.DRINK, order.index(each[1])))
    return tuple(Texture(level=level, kind=kind) for kind, level in marks)


def _pauses(day: _Day, route: Route) -> Iterator[Pause]:
    """The breaks taken; of a day stored before it said how long they are, the van tells."""
    number = {stop.site: at for at, stop in enumerate(route.stops, 1)}
    owed = dict(enumerate(rest.minutes for rest in day.vans[route.vehicle].rests))
    pairs = [(trip, taken) for trip in route.trips for taken in trip.breaks]
    for at, (trip, taken) in enumerate(pairs):
        minutes = taken.minutes or owed.get(at)
        if minutes:
            home = trip.home_for(taken)
            yield Pause(
                after_stop=number[taken.after],
                begin_min=ceil(taken.begin_s / 60) if home else taken.begin_s // 60,
                minutes=minutes,
                at_depot=home,
            )


def _load_stop(day: _Day, at: int, stop: Stop) -> LoadStop:
    by_sku: defaultdict[str, list[Allocation]] = defaultdict(list)
    for each in day.loaded[stop.site]:
        by_sku[day.lots[each.lot].sku].append(each)
    lines = [_load_line(day, sku, by_sku[sku]) for sku in sorted(by_sku)]
    return LoadStop(
        number=at,
        name=day.names.stops[stop.site].name,
        boxes=stop.goods,
        brings=tuple(each.thing for each in stop.pickups if each.brings.total),
        lines=tuple(sorted(lines, key=lambda line: _ZONES.index(line.zone))),
    )


def _load_line(day: _Day, sku: str, given: list[Allocation]) -> LoadLine:
    variant = day.inputs.catalogue.variants[sku]
    return LoadLine(
        dish=Dish.of(variant),
        zone=variant.zone,
        portions=sum(each.amount_g // day.lines[each.order_line].portion_g for each in given),
        amount_g=sum(each.amount_g for each in given),
        lots=_takes(day, given),
    )


def _takes(day: _Day, given: Iterable[Allocation]) -> tuple[LotTake, ...]:
    """Grams per lot, first expired first."""
    grams: defaultdict[str, int] = defaultdict(int)
    for each in given:
        grams[each.lot] += each.amount_g
    takes = [
        LotTake(
            lot=lot,
            amount_g=amount_g,
            use_by=day.lots[lot].use_by,
            untested=lot in day.names.untested,
        )
        for lot, amount_g in grams.items()
    ]
    return tuple(sorted(takes, key=lambda take: (take.use_by, take.lot)))


def _pick_rows(day: _Day, stops: Iterable[Stop]) -> tuple[PickRow, ...]:
    given = [each for stop in stops for each in day.loaded[stop.site]]
    takes = sorted(_takes(day, given), key=lambda take: day.lots[take.lot].sku)
    rows = [
        PickRow(zone=day.lots[take.lot].zone, dish=Dish.of(day.variant(take.lot)), take=take)
        for take in takes
    ]
    return tuple(sorted(rows, key=lambda each: _ZONES.index(each.zone)))


def _task(day: _Day, batch: Batch, number: int) -> KitchenTask:
    op = batch.ops[number]
    return KitchenTask(
        batch=batch.id,
        lot=batch.lot,
        kind=op.kind,
        start_min=op.start_min,
        end_min=op.end_min,
        due_min=batch.due_min,
        dish=Dish.of(day.inputs.catalogue.variants[batch.sku]),
        amount_g=batch.amount_g,
        allergens=allergens_in_order(batch.allergens),
        ingredients=_ingredients(day, batch) if number == 0 else (),
        programme=op.programme,
    )


def _ingredients(day: _Day, batch: Batch) -> tuple[KitchenIngredient, ...]:
    """What goes in, the most first."""
    grams = day.explosion.ingredients_g(batch.sku, batch.amount_g)
    return tuple(
        KitchenIngredient(
            names=day.inputs.catalogue.ingredients[name].names,
            amount_g=grams[name],
            lots=tuple(day.drawn[batch.id, name]),
        )
        for name in sorted(grams, key=lambda each: (-grams[each], each))
    )


def _portions(day: _Day, lot: Lot) -> Mapping[int, int]:
    """Portions of a lot by their weight."""
    count: defaultdict[int, int] = defaultdict(int)
    left_g = lot.amount_g
    for each in day.plan.allocations:
        if each.lot == lot.id:
            portion_g = day.lines[each.order_line].portion_g
            count[portion_g] += each.amount_g // portion_g
            left_g -= each.amount_g
    medium_g = day.variant(lot.id).portions_g[Portion.M]
    count[medium_g] += left_g // medium_g
    return dict(sorted(count.items()))
