"""Messages about notes: a new text with its reason, a signature."""

from typing import Any

from marshmallow import post_load

from app.operations.notes import MOST_CHARACTERS
from app.schemas.base import Form, Switch, Text, Whole
from screening import NotePart


class NoteForm(Form):
    """The text of a note per part, and why it changes; `version` is the one the writer saw."""

    assessment = Text(most=MOST_CHARACTERS, load_default="")
    diagnosis = Text(most=MOST_CHARACTERS, load_default="")
    intervention = Text(most=MOST_CHARACTERS, load_default="")
    monitoring = Text(most=MOST_CHARACTERS, load_default="")
    evaluation = Text(most=MOST_CHARACTERS, load_default="")
    why = Text(most=200, load_default="")
    version = Whole(least=1, most=10**6, required=True)
    sign = Switch(load_default=False)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give the texts beside the rest; a browser's line ends become ours."""
        texts = {part: values.pop(part).replace("\r\n", "\n") for part in NotePart}
        return values | {"texts": texts}
