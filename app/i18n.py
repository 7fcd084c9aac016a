"""Codes and numbers into a reader's language: nl (default), fr, en. Knows no Flask."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

LANGUAGES = ("nl", "fr", "en")
DEFAULT_LANGUAGE = "nl"
LOCAL_ZONE = ZoneInfo("Europe/Brussels")
_LOCALES = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB"}
_FOLDER = Path(__file__).parent / "translations"
_NBSP = "\u00a0"
_UNITS = ("g", "kg", "mg", "µg", "ml", "dl", "l", "kcal", "kJ", "min", "mm", "cm", "m", "km")
_BEFORE_UNIT = re.compile(
    rf"(?<=[\d}}]) (?=(?:{'|'.join(_UNITS)})(?![\w'\u2019])|%|°C|kg/m²|\{{unit\}})"
)
"""The blank between a figure, or the brace it comes in, and its unit."""

Day = date  # the methods below shadow the name


class CatalogueGapError(KeyError):
    """A code has no sentence; tests keep this from reaching a reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPack:
    """Wording under licence that an operator installed; it goes before our own."""

    name: str
    version: str
    holder: str
    texts: Mapping[str, Mapping[str, tuple[str, ...]]]  # language, code, sentence

    def words(self, codes: Iterable[str], language: str) -> bool:
        """Whether it says any of these codes in a language."""
        return not self.texts.get(language, {}).keys().isdisjoint(codes)


class TextPackError(ValueError):
    """A text pack cannot be used; the text says which file, what is wrong and how to mend it."""


_packs: list[TextPack] = []


def use_packs(packs: Iterable[TextPack]) -> None:
    """Let these packs, and no others, speak before our own sentences in this process."""
    _packs[:] = packs
    sentences.cache_clear()


def packs_with(codes: Iterable[str], language: str) -> tuple[TextPack, ...]:
    """Give the installed packs that word any of these codes."""
    wanted = tuple(codes)
    return tuple(one for one in _packs if one.words(wanted, language))


def read_packs(folder: str) -> tuple[TextPack, ...]:
    """Read a folder that holds one folder per pack: `pack.toml` and `nl/*.po`, `fr/*.po`, ...

    Raises TextPackError for what is missing, for a code nobody knows and for a sentence that does
    not name the same facts as ours.
    """
    if not folder:
        return ()
    if not Path(folder).is_dir():
        raise TextPackError(f"TEXT_PACKS: {folder} is not a folder")
    packs = tuple(_pack(path) for path in sorted(Path(folder).iterdir()) if path.is_dir())
    for language in LANGUAGES:
        said = [code for one in packs for code in one.texts.get(language, ())]
        for code in sorted({code for code in said if said.count(code) > 1}):
            raise TextPackError(f"TEXT_PACKS: two packs word {code} in {language}; remove one")
    return packs


def _pack(path: Path) -> TextPack:
    try:
        about = tomllib.loads((path / "pack.toml").read_text(encoding="utf-8"))
        names = {name: str(about[name]) for name in ("name", "version", "holder")}
    except (OSError, KeyError, tomllib.TOMLDecodeError) as problem:
        wanted = "name, version and holder"
        raise TextPackError(f"{path.name}/pack.toml must give {wanted}: {problem}") from None
    strangers = {one.name for one in path.iterdir() if one.is_dir()} - set(LANGUAGES)
    if strangers:
        raise TextPackError(f"{path.name}: no such language: {', '.join(sorted(strangers))}")
    try:
        texts = {language: _catalogue(path / language, language) for language in LANGUAGES}
    except (PoFileError, ValueError) as problem:
        raise TextPackError(f"{path.name}: {problem}") from None
    for language, said in texts.items():
        for code, forms in said.items():
            _check(f"{path.name}/{language}", code, forms, own_sentences(language))
    return TextPack(**names, texts=texts)


def _check(
    where: str, code: str, forms: tuple[str, ...], own: Mapping[str, tuple[str, ...]]
) -> None:
    asks = code.startswith("ask.") and f"screening.field.{code.removeprefix('ask.')}" in own
    if code not in own and not asks:
        raise TextPackError(f"{where}: code {code} is not known; see the names in screening.po")
    try:
        wanted, given = _facts(own.get(code, ())), _facts(forms)
    except ValueError as problem:
        raise TextPackError(f"{where}: {code} has a brace that does not close: {problem}") from None
    if not all(forms):
        raise TextPackError(f"{where}: {code} has no text")
    if wanted != given:
        named = ", ".join(f"{{{one}}}" for one in sorted(wanted)) or "nothing in braces"
        raise TextPackError(f"{where}: {code} must name {named}")


def _facts(forms: Iterable[str]) -> set[str]:
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


@cache
def sentences(language: str) -> Mapping[str, tuple[str, ...]]:
    """Every code of a language with its sentence: an installed pack first, then our own."""
    packed = {code: forms for one in _packs for code, forms in one.texts[language].items()}
    return {**own_sentences(language), **packed}


@cache
def own_sentences(language: str) -> Mapping[str, tuple[str, ...]]:
    """Every code of a language with our own sentence (singular and plural where it counts)."""
    return _catalogue(_FOLDER / language, language)


def _catalogue(folder: Path, language: str) -> Mapping[str, tuple[str, ...]]:
    """Read the files of a folder; raises ValueError when two speak for the same code."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            catalogue: Catalog = read_po(file, locale=language, abort_invalid=True)
        for message in catalogue:
            if not message.id:
                continue
            code = message.id[0] if isinstance(message.id, tuple | list) else message.id
            if code in found:
                raise ValueError(f"{code} stands twice in {language}, again in {path.name}")
            strings = message.string
            forms = strings if isinstance(strings, tuple | list) else (str(strings),)
            found[code] = tuple(unbroken(form) for form in forms)
    return found


def unbroken(text: str) -> str:
    """Keep each figure and its unit on one line: 12 g, 3 min, 40 %."""
    return _BEFORE_UNIT.sub(_NBSP, text)


def best_language(wanted: str | None) -> str:
    """Give a language we speak for a wish such as "fr-BE, en;q=0.8"; Dutch when none fits."""
    for part in (wanted or "").split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in LANGUAGES:
            return tag
    return DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class Translator:
    """Says codes, dates and numbers in one language."""

    language: str

    def say(self, code: str, **args: object) -> str:
        """Give the sentence of a code; numbers among the arguments follow the language.

        With `broken`, the code of a promise that a plan does not keep, its own sentence is `rule`.
        Raises CatalogueGapError when the language has no such sentence.
        """
        try:
            forms = sentences(self.language)[code]
        except KeyError:
            raise CatalogueGapError(f"no {self.language} sentence for {code}") from None
        count = args.get("count")
        form = forms[0]
        if len(forms) > 1 and isinstance(count, int):
            form = forms[min(self._locale.plural_form(count) != "one", len(forms) - 1)]
        told = {name: self._plain(value) for name, value in args.items()}
        broken = args.pop("broken", None)
        if isinstance(broken, str):
            told["rule"] = self.say(broken, **{"subject": "", **args}).rstrip(".")
        return form.format(**told)

    def word(self, code: str) -> str:
        """Give the word for an allergen, or the code itself when it has none."""
        bare = code.removeprefix("allergy:")
        return self.say(f"allergen.{bare}").lower() if self.knows(f"allergen.{bare}") else code

    def knows(self, code: str) -> bool:
        """Whether the code has a sentence."""
        return code in sentences(self.language)

    def number(self, value: float | Decimal, digits: int = 0) -> str:
        """Give a number rounded half up for display, with the language's marks."""
        exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        text = format_decimal(exact, format=pattern, locale=_LOCALES[self.language])
        if self.language == "nl":
            text = text.replace(".", _NBSP)  # a thousand is a space in the house style
        return text.replace("-", "\u2212")

    def cents(self, cents: int) -> str:
        """Give an amount of money."""
        return f"€{_NBSP}{self.number(Decimal(cents) / 100, 2)}"

    def date(self, day: Day) -> str:
        """Give 27 november 2026."""
        return format_date(day, "d MMMM y", locale=_LOCALES[self.language])

    def day(self, day: Day) -> str:
        """Give vrijdag 27 november."""
        return format_date(day, "EEEE d MMMM", locale=_LOCALES[self.language])

    def short_day(self, day: Day) -> str:
        """Give vr 27 nov."""
        return format_date(day, "EEE d MMM", locale=_LOCALES[self.language]).replace(".", "")

    def weekday(self, day: Day) -> str:
        """Give vrijdag."""
        return format_date(day, "EEEE", locale=_LOCALES[self.language])

    def time(self, moment: int | datetime) -> str:
        """Give the local time of a moment, or of minutes after midnight: 9.31 (fr 9h31)."""
        if isinstance(moment, datetime):
            local = moment.astimezone(LOCAL_ZONE)
            moment = local.hour * 60 + local.minute
        mark = {"nl": ".", "fr": "h", "en": ":"}[self.language]
        return f"{moment // 60 % 24}{mark}{moment % 60:02d}"

    def moment(self, moment: datetime) -> str:
        """Give the local day and time of a moment."""
        return f"{self.short_day(moment.astimezone(LOCAL_ZONE).date())}, {self.time(moment)}"

    @property
    def _locale(self) -> Locale:
        return Locale.parse(_LOCALES[self.language])

    def _plain(self, value: object) -> object:
        if isinstance(value, str):
            return self.word(value)
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, Day):
            return self.day(value)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return value
        digits = 0 if isinstance(value, int) else max(0, -int(value.as_tuple().exponent))
        return self.number(value, digits)


@cache
def translator(language: str) -> Translator:
    """Give the translator of a language (Dutch for one we do not speak)."""
    return Translator(language if language in LANGUAGES else DEFAULT_LANGUAGE)
