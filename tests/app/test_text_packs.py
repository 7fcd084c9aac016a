"""Licensed wording goes before our own labels, and is refused with a clear line when it cannot."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import screening
from app.config import Settings
from app.factory import create_app
from app.i18n import TextPackError, read_packs, translator, use_packs
from app.paper.formwords import label, licensed

ABOUT = 'name = "MNA"\nversion = "2009"\nholder = "A publisher"\n'
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Iterator[Write]:
    """Give a way to write a pack; none is installed afterwards."""

    def pack(texts: dict[str, str], *, name: str = "mna", about: str = ABOUT) -> str:
        for language in ("nl", "fr"):
            folder = tmp_path / "packs" / name / language
            folder.mkdir(parents=True)
            said = "".join(f'msgid "{code}"\nmsgstr "{text}"\n\n' for code, text in texts.items())
            (folder / "one.po").write_text(HEAD + said, encoding="utf-8")
        (folder.parent / "pack.toml").write_text(about, encoding="utf-8")
        return str(tmp_path / "packs")

    yield pack
    use_packs(())


def question(name: str) -> screening.Input:
    table = screening.instrument(screening.Tool.MNA_SF)
    return next(one for one in table.inputs if one.name == name)


def test_an_official_question_stands_before_our_label(write: Write) -> None:
    use_packs(read_packs(write({"ask.A": "Officiële vraag A", "choice.MNA_SF.A.0": "Officieel"})))
    dutch, english = translator("nl"), translator("en")
    assert label(dutch, question("A")) == "Officiële vraag A"
    assert dutch.say("choice.MNA_SF.A.0") == "Officieel"
    assert label(english, question("A")) != "Officiële vraag A", "English has no pack"


def test_the_form_says_whose_wording_it_uses(write: Write) -> None:
    use_packs(read_packs(write({"ask.A": "Officiële vraag A"})))
    mna, must = (screening.instrument(one) for one in (screening.Tool.MNA_SF, screening.Tool.MUST))
    assert list(licensed(translator("nl"), mna)) == ["Tekst: MNA 2009, © A publisher."]
    assert list(licensed(translator("nl"), must)) == []
    assert list(licensed(translator("en"), mna)) == []


def test_an_app_without_packs_speaks_our_own_labels(write: Write, sqlite_url: str) -> None:
    folder = write({"ask.A": "Officiële vraag A"})
    create_app(Settings(database_url=sqlite_url, secret_key="k" * 64, text_packs=folder))
    assert translator("nl").knows("ask.A")
    create_app(Settings(database_url=sqlite_url, secret_key="k" * 64))
    assert not translator("nl").knows("ask.A")


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"screening.field.Z": "x"}, "code screening.field.Z is not known"),
        ({"ask.Z": "x"}, "code ask.Z is not known"),
        ({"answer.open": "open"}, "answer.open must name {label}"),
        ({"ask.A": "Vraag {naam}"}, "ask.A must name nothing in braces"),
        ({"ask.A": ""}, "ask.A has no text"),
        ({"ask.A": "Vraag {"}, "ask.A has a brace that does not close"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused(
    write: Write, texts: dict[str, str], said: str
) -> None:
    with pytest.raises(TextPackError) as refused:
        read_packs(write(texts))
    assert said in str(refused.value)
    assert str(refused.value).startswith("mna/nl: ")


def test_a_pack_without_licence_holder_is_refused(write: Write) -> None:
    with pytest.raises(TextPackError, match=r"mna/pack.toml must give name, version and holder"):
        read_packs(write({"ask.A": "x"}, about='name = "MNA"'))


def test_two_packs_never_word_the_same_code(write: Write) -> None:
    write({"ask.A": "x"})
    with pytest.raises(TextPackError, match=r"two packs word ask.A in nl"):
        read_packs(write({"ask.A": "y"}, name="other"))


def test_a_strange_language_or_file_is_refused(write: Write) -> None:
    folder = Path(write({"ask.A": "x"}))
    (folder / "mna" / "nl" / "bad.po").write_text('msgid "a\n', encoding="utf-8")
    with pytest.raises(TextPackError, match=r"^mna: "):
        read_packs(str(folder))
    (folder / "mna" / "xx").mkdir()
    with pytest.raises(TextPackError, match=r"mna: no such language: xx"):
        read_packs(str(folder))


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(TextPackError, match=r"TEXT_PACKS: /nowhere is not a folder"):
        read_packs("/nowhere")
