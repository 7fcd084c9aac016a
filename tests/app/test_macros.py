"""The kit of templates: safe markup, complete words, honest figures."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from app.i18n import LANGUAGES, sentences, translator

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "app" / "templates"
STATIC = ROOT / "app" / "static"
VOID = {"br", "hr", "img", "input", "link", "meta"}
SELF_CLOSED = {"rect", "circle", "line", "path", "polyline"}  # drawn as <rect .../> only
ALLERGENS = [
    "gluten",
    "gluten:wheat",
    "gluten:rye",
    "gluten:barley",
    "gluten:oats",
    "crustaceans",
    "eggs",
    "fish",
    "peanuts",
    "soy",
    "milk",
    "nuts",
    "nuts:almond",
    "nuts:hazelnut",
    "nuts:walnut",
    "nuts:cashew",
    "nuts:pecan",
    "nuts:brazil",
    "nuts:pistachio",
    "nuts:macadamia",
    "celery",
    "mustard",
    "sesame",
    "sulphites",
    "lupin",
    "molluscs",
]
MONDAY = date(2026, 11, 30)

ENVIRONMENT = Environment(
    loader=FileSystemLoader([TEMPLATES, ROOT / "tests" / "assets"]), autoescape=True
)


def context(language: str = "nl", **more: Any) -> dict[str, Any]:
    """What the application gives every page, with a dietitian at the desk."""
    words = translator(language)
    places = ({"label": "web.place.worklist", "href": "/", "current": True, "count": 38},)
    return {
        "say": words.say,
        "fmt": words,
        "lang": language,
        "languages": LANGUAGES,
        "actor": SimpleNamespace(name="Lien Verhaeghe", role="dietitian"),
        "nav": places,
        "csrf_token": lambda: "token",
        "theme": None,
        "search_url": "/search",
        "language_url": "/language",
        "logout_url": "/logout",
        "profile_url": "/profile",
        **more,
    }


def specimen_parts() -> dict[str, Any]:
    """The larger values of the specimen page, with real dates in them."""
    eaten = {"name": "Eiwit", "value": 54, "unit": "g", "min": 57, "max": 71}
    meal = {"dishes": ({"role": "soup", "text": "Pompoensoep"}, {"role": "fish", "text": "Zalm"})}
    bars = (
        {"start_min": 312, "end_min": 390, "text": "Pompoensoep · 4", "kind": "cook", "href": "#b"},
        {"start_min": 390, "end_min": 408, "text": "Reinigen na melk", "kind": "clean"},
        {"start_min": 408, "end_min": 500, "text": "Kip", "kind": "blend", "pinned": True},
    )
    tour = (
        {"start_min": 506, "end_min": 516, "text": "Stop 1", "kind": "stop", "href": "#s"},
        {"start_min": 560, "end_min": 570, "text": "Stop 2", "kind": "stop", "late": True},
    )
    weights = (
        (0, 52.0, "weighed"),
        (60, 51.7, "said"),
        (123, 50.2, "weighed"),
        (186, 47.2, "weighed"),
    )
    start = date(2026, 5, 21)
    return {
        "day": MONDAY,
        "chart": {
            "label": "Gewicht van 52,0 kg op 21 mei naar 47,2 kg op 23 november.",
            "points": tuple(
                {"day": start + timedelta(days=days), "kg": kg, "how": how}
                for days, kg, how in weights
            ),
            "thresholds": (
                {
                    "kg": 48.8,
                    "text": "min 5 %: 48,8 kg",
                    "kind": "warn",
                    "since": date(2026, 8, 21),
                },
                {"kg": 46.3, "text": "min 10 %: 46,3 kg", "kind": "danger"},
            ),
            "events": ({"day": date(2026, 9, 28), "text": "ziekenhuis"},),
        },
        "result": {
            "risk": "high",
            "low": 3,
            "high": 5,
            "most": 6,
            "title": "Hoog risico",
            "text": "Zeker, ook met 1 open vraag.",
            "marks": ((0, "laag"), (1, "matig"), (2, "hoog")),
            "lines": (
                {"points": 2, "title": "BMI 18,2 kg/m²", "text": "Lager dan 18,5."},
                {"points": None, "title": "Acute ziekte: open", "text": "0 of 2 punten."},
            ),
            "next": ({"icon": "week", "text": "Herscreen vóór 23 december"},),
            "source": "BAPEN MUST 2003.",
            "chain": ("BMI: lager dan 18,5 = 2",),
        },
        "week": tuple(
            {
                "day": MONDAY + timedelta(days=n),
                "totals": (eaten,),
                "meals": {
                    "breakfast": {**meal, "fresh": n == 1, "pinned": n == 4},
                    "lunch": {**meal, "open": n == 2, "href": "#swap", "action": "Ruil"},
                },
            }
            for n in range(7)
        ),
        "plan": {
            "label": "Keukenplanning",
            "start_min": 300,
            "end_min": 900,
            "kinds": ("cook", "blend", "cold", "pack", "clean", "rest", "stop", "pinned", "late"),
            "marks": ({"at_min": 468, "text": "eerste bus"},),
            "lanes": (
                {"name": "Kookketel 1", "sub": "150 l", "bars": bars},
                {
                    "name": "Rumbeke",
                    "sub": "14 stops",
                    "van": "A",
                    "drive": (480, 600),
                    "bars": tour,
                },
            ),
        },
    }


def specimen(language: str = "nl", **more: Any) -> str:
    return ENVIRONMENT.get_template("kit.html").render(
        context(language, **specimen_parts(), **more)
    )


def shown(macro: str, *args: Any, file: str = "kit", language: str = "nl", **named: Any) -> str:
    """Render one macro the way a page does."""
    source = (
        f'{{% from "macros/{file}.html" import {macro} with context %}}{{{{ {macro}(*a, **k) }}}}'
    )
    return ENVIRONMENT.from_string(source).render(context(language, a=args, k=named))


class Reader(HTMLParser):
    """Reads a page strictly and keeps what an inspector would object to."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.wanted: set[str] = set()
        self.pictures: set[str] = set()

    def _look(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = dict(given)
        if len(attributes) != len(given):
            self.wrong.append(f"{tag} carries an attribute twice: {given}")
        for name, value in given:
            if name == "style" or name.startswith("on"):
                self.wrong.append(f"{tag} has {name}")
            if name in {"for", "aria-labelledby", "aria-describedby"}:
                self.wanted.update((value or "").split())
            if name in {"src", "href", "action"} and re.match(
                r"(https?:)?//|javascript:", value or ""
            ):
                self.wrong.append(f"{tag} points outside: {value}")
        if tag in {"style", "base"} or (tag == "script" and not attributes.get("src")):
            self.wrong.append(f"inline {tag}")
        if "id" in attributes:
            self.ids.append(attributes["id"] or "")
        if tag == "use":
            self.pictures.add((attributes.get("href") or "").removeprefix("/static/icons.svg#"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an opened element until it is closed."""
        self._look(tag, attrs)
        if tag in SELF_CLOSED:
            self.wrong.append(f"{tag} left open")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Only drawn shapes and empty HTML elements close themselves."""
        self._look(tag, attrs)
        if tag not in SELF_CLOSED | VOID:
            self.wrong.append(f"{tag} closed at once")

    def handle_endtag(self, tag: str) -> None:
        """Every end belongs to the last beginning."""
        expected = self.open.pop() if self.open else None
        if expected != tag:
            self.wrong.append(f"</{tag}> where </{expected}> belongs, line {self.getpos()[0]}")


def objections(page: str) -> list[str]:
    """Everything in a page that a browser under our policy, or a reader's aid, would trip over."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    twice = {one for one in reader.ids if reader.ids.count(one) > 1}
    return [
        *reader.wrong,
        *(f"<{tag}> never closed" for tag in reader.open),
        *(f"id {one} twice" for one in sorted(twice)),
        *(f"no element {one}" for one in sorted(reader.wanted - set(reader.ids))),
        *(f"no picture {one}" for one in sorted(reader.pictures - drawn)),
    ]


def test_the_inspector_sees_what_it_must_see() -> None:
    found = objections(
        '<p style="x" onclick="y"><script>1</script><label for="no">a</label>'
        '<a href="//else.where">b</a><use href="/static/icons.svg#none"></use></i>'
    )
    assert len(found) == 7


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_block_is_well_formed_and_fits_the_content_policy(language: str) -> None:
    assert objections(specimen(language)) == []


def test_the_specimen_shows_every_block() -> None:
    kit = re.findall(r"set (\w+) = _", (TEMPLATES / "macros/kit.html").read_text("utf-8"))
    tree = ENVIRONMENT.parse((ROOT / "tests/assets/kit.html").read_text("utf-8"))
    called = {
        call.node.name for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name)
    }
    assert set(kit) - called == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", ["login", "forgot", "forgot_sent", "reset", "profile"])
def test_the_pages_of_an_account_are_well_formed(view: str, language: str) -> None:
    page = ENVIRONMENT.get_template("account.html").render(
        context(
            language,
            view=view,
            action_url="/login",
            error="Kijk de naam na.",
            errors=(("f-login", "Vul dit in."),) if view == "login" else (),
            forgot_url="/forgot",
            login_url="/login",
            password_url="/password",
            next_url="/clients",
            settings={"language": language, "theme": "dark", "print_size": "groot", "keys": True},
        )
    )
    assert objections(page) == []


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 418, 429, 500, 503])
def test_a_problem_page_needs_nobody_logged_in(status: int) -> None:
    page = ENVIRONMENT.get_template("problem.html").render(
        context(actor=None, nav=(), language_url=None, status=status, reference="7F3A")
    )
    assert objections(page) == []
    assert "7F3A" in page


def test_a_client_gets_the_places_at_the_bottom_and_no_search() -> None:
    page = specimen(actor=SimpleNamespace(name="G. Vandamme", role="client"))
    assert 'class="phone"' in page
    assert 'class="appbar"' in page
    assert 'type="search"' not in page


def test_theme_and_large_print_reach_the_root_of_the_page() -> None:
    page = specimen(theme="dark", print_size="groot", keys_off=True)
    assert '<html lang="nl" data-theme="dark" data-print="groot">' in page
    assert 'data-keys="off"' in page


@pytest.mark.parametrize(("last", "told"), [(24, 19), (25, 10)])
def test_a_long_timeline_names_every_second_hour(last: int, told: int) -> None:
    """Below 40 px an hour two names of hours would touch."""
    given = {"label": "x", "start_min": 360, "end_min": 60 * last, "lanes": (), "marks": ()}
    drawn = shown("gantt", given)
    assert len(re.findall(r'<text class="axis"', drawn)) == told


def test_what_a_person_typed_is_text_and_never_markup() -> None:
    nasty = '"><script>alert(1)</script>'
    for page in (
        shown("field", "name", nasty, nasty, hint=nasty, error=nasty),
        shown(
            "stops",
            (
                {
                    "number": 1,
                    "arrive_min": 1,
                    "open_min": 1,
                    "close_min": 2,
                    "name": nasty,
                    "address": nasty,
                },
            ),
        ),
        shown("button", nasty, value=nasty),
        shown(
            "swap_table",
            nasty,
            nasty,
            "/",
            (),
            ({"value": nasty, "text": nasty, "kind": "food", "iddsi": "5", "refused": nasty},),
        ),
    ):
        assert "<script" not in page
        assert objections(page) == []


# ---- words


def spoken(node: nodes.Node) -> Iterator[tuple[str, bool]]:
    """The codes a first argument can be; True marks the beginning of a code built from parts."""
    if isinstance(node, nodes.Const):
        yield str(node.value), False
    elif isinstance(node, nodes.CondExpr):
        yield from spoken(node.expr1)
        if node.expr2 is not None:
            yield from spoken(node.expr2)
    elif isinstance(node, nodes.Concat) and isinstance(node.nodes[0], nodes.Const):
        yield str(node.nodes[0].value), True


def codes_of(path: Path) -> set[tuple[str, bool]]:
    tree = ENVIRONMENT.parse(path.read_text("utf-8"))
    return {
        code
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "say"
        for code in spoken(call.args[0])
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_a_template_says_has_a_sentence(language: str) -> None:
    known = sentences(language)
    gaps = [
        f"{path.relative_to(TEMPLATES)}: {code}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for code, begins in sorted(codes_of(path))
        if (not any(one.startswith(code) for one in known) if begins else code not in known)
    ]
    assert gaps == []


def test_the_scanner_reads_both_branches_and_beginnings() -> None:
    tree = ENVIRONMENT.parse('{{ say("a" if x else "b") }}{{ say("c." ~ y) }}')
    found = {code for call in tree.find_all(nodes.Call) for code in spoken(call.args[0])}
    assert found == {("a", False), ("b", False), ("c.", True)}


def test_all_languages_say_the_same_codes_with_the_same_blanks() -> None:
    def blanks(forms: tuple[str, ...]) -> list[set[str]]:
        return [{name for _, name, _, _ in Formatter().parse(form) if name} for form in forms]

    dutch = {code: blanks(forms) for code, forms in sentences("nl").items()}
    for language in ("fr", "en"):
        assert {code: blanks(forms) for code, forms in sentences(language).items()} == dutch


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_allergen_and_texture_has_a_name(language: str) -> None:
    known = sentences(language)
    levels = {"drink": ("0", "1", "2", "3", "4"), "food": ("3", "4", "5", "6", "7", "EC7")}
    wanted = [f"allergen.{code}" for code in ALLERGENS]
    wanted += [
        f"iddsi.{kind}.{part}{n}"
        for kind in levels
        for n in levels[kind]
        for part in ("", "short.")
    ]
    assert [code for code in wanted if code not in known] == []


def test_dutch_never_blames() -> None:
    blaming = re.compile(r"\b(fout|ongeldig|helaas|mislukt)", re.IGNORECASE)
    web = (ROOT / "app/translations/nl/web.po").read_text("utf-8")
    assert blaming.findall(web) == []


# ---- honest figures


def judged(**n: Any) -> str:
    return re.sub(r"<[^>]+>", "", shown("verdict", {"unit": "g", **n})).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("nutrient", "sentence"),
    [
        ({"value": 57, "min": 57, "max": 71}, "binnen venster"),
        ({"value": 71, "min": 57, "max": 71}, "binnen venster"),
        ({"value": 44, "min": 57, "max": 71}, "13 g te weinig"),
        ({"value": 74, "min": 57, "max": 71}, "3 g te veel"),
        (
            {"value": 30, "min": 57, "max": 71, "safe_min": 40},
            "27 g te weinig, onder de veilige grens",
        ),
        (
            {"value": 99, "min": 57, "max": 71, "safe_max": 95},
            "28 g te veel, boven de veilige grens",
        ),
        ({"value": 96, "safe_max": 95}, "1 g te veel, boven de veilige grens"),
        ({"value": 56.8, "min": 57, "max": 71}, "minder dan 1 g te weinig"),
        ({"value": 56.8, "min": 57, "max": 71, "digits": 1}, "0,2 g te weinig"),
        ({"value": None, "min": 57, "max": 71}, "onbekend"),
        ({"value": 0, "min": 57, "max": None}, "57 g te weinig"),
        ({"value": 5}, "binnen venster"),
    ],
)
def test_a_verdict_says_how_much(nutrient: dict[str, Any], sentence: str) -> None:
    assert judged(**nutrient) == sentence


def test_an_incomplete_sum_can_be_too_much_but_never_enough() -> None:
    assert judged(value=60, min=57, max=71, missing=1) == "onvolledig"
    assert judged(value=10, min=57, max=71, missing=1) == "onvolledig"
    assert judged(value=72, min=57, max=71, missing=1) == "1 g te veel"


def test_an_unknown_value_draws_no_needle() -> None:
    assert 'class="val"' not in shown("nut", {"value": None, "min": 57, "max": 71})
    assert 'class="val"' in shown("nut", {"value": 0, "min": 57, "max": 71})


@pytest.mark.parametrize("value", [0, 1, 57, 71, 1000])
@pytest.mark.parametrize("bounds", [(57, 71), (None, 71), (57, None), (None, None), (0, 0)])
def test_a_bar_stays_inside_its_track(value: int, bounds: tuple[int | None, int | None]) -> None:
    drawn = shown("nut", {"value": value, "min": bounds[0], "max": bounds[1], "safe_max": 80})
    shares = [float(share) for share in re.findall(r'="([-\d.]+)%"', drawn)]
    assert shares
    assert all(0 <= share <= 100 for share in shares)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(3, 5, "3\u20135"), (3, 3, "3"), (0, 0, "0"), (2, None, "2"), (None, None, "?")],
)
def test_a_score_shows_its_bracket(low: int | None, high: int | None, text: str) -> None:
    drawn = shown("score", {"risk": None, "low": low, "high": high, "most": 6, "title": "Open"})
    assert f'<p class="score__n">{text}<' in drawn


def test_an_unknown_texture_is_said_and_drawn_as_unknown() -> None:
    drawn = shown("iddsi", "food", None)
    assert "Niveau onbekend" in drawn
    assert 'data-n="unknown"' in drawn


@pytest.mark.parametrize("risk", [None, "", "unknown", "severe"])
def test_a_risk_nobody_measured_is_never_low(risk: str | None) -> None:
    assert "Niet gescreend" in shown("badge", risk)


def test_an_attestation_is_never_ticked_beforehand() -> None:
    drawn = shown("sign", {"title": "T", "action": "/", "attest": "Besproken.", "button": "Teken"})
    assert 'name="attest"' in drawn
    assert "checked" not in drawn


def test_weights_of_one_day_or_none_draw_without_dividing_by_zero() -> None:
    one = {"label": "Gewicht", "points": ({"day": MONDAY, "kg": 50.0, "how": "weighed"},)}
    assert "50,0" in shown("weight_chart", one)
    assert "Nog geen gewicht" in shown("weight_chart", {"label": "Gewicht", "points": ()})


def test_a_chart_has_its_table_in_the_order_of_reading() -> None:
    drawn = shown("weight_chart", specimen_parts()["chart"])
    assert re.findall(r"<tr><td>([^<]+)</td>", drawn)[0] == "23 november 2026"
    assert len(re.findall(r"<tr><td>", drawn)) == 4


def test_a_spark_line_skips_what_is_unknown() -> None:
    assert len(re.findall(r"\d,\d", shown("spark", (50, None, 49.5, 48)))) == 3
    assert shown("spark", (50, None)) == ""


def test_the_live_part_of_a_job_fits_on_one_line() -> None:
    phases = ({"text": "Keuken", "state": "done"}, {"text": "Ritten", "state": "now"})
    drawn = shown("job_live", {"id": 1, "title": "Plan", "percent": None, "phases": phases})
    assert "\n" not in drawn
    assert "value=" not in drawn


def test_the_swap_lies_in_the_row_under_its_slot() -> None:
    page = specimen()
    assert '<div class="wk-swap r4"' in page
    assert '<div class="wk-s r3">Middag' in page
    assert '<div class="wk-s r5">Avond' in page


# ---- files made by others


def test_vendored_files_are_the_published_ones() -> None:
    readme = (STATIC / "vendor/README.md").read_text("utf-8")
    listed = re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", readme, re.MULTILINE)
    assert dict(listed) == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (STATIC / "vendor").iterdir()
        if path.suffix in {".js", ".css"}
    }


def test_our_style_and_script_load_nothing_from_outside() -> None:
    ours = [*STATIC.glob("*.css"), *STATIC.glob("*.js")]
    assert len(ours) >= 4
    for path in ours:
        text = path.read_text("utf-8")
        assert not re.search(r"https?://|@import|\beval\(|innerHTML", text), path.name
        for target in re.findall(r'url\("?([^)"#]+)', text):
            assert (STATIC / target).is_file(), target
