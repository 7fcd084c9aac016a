"""Templates whose kit of macros is read once a page, however many of its parts import it."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Template
from jinja2.environment import TemplateModule

KIT = "macros/"


class PageTemplate(Template):
    """A template that shares the modules of the kit with the rest of its page.

    Jinja reads a file of macros anew for every import with context, and the kit imports itself
    some ninety times on one page. Its macros ask only for what every page has (`say`, `fmt`,
    `csrf_token`), so that the first reading serves: it lies in `kit_read`, fresh for each page.
    """

    def make_module(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002 - Jinja's own name
        shared: bool = False,  # noqa: FBT001, FBT002 - same
        locals: Mapping[str, Any] | None = None,  # noqa: A002 - same
    ) -> TemplateModule:
        """Give the macros of this file, those of the kit as the page read them first."""
        read: dict[str, TemplateModule] | None = (vars or {}).get("kit_read")
        if read is None or not str(self.name).startswith(KIT):
            return super().make_module(vars, shared, locals)
        if str(self.name) not in read:
            read[str(self.name)] = super().make_module(vars, shared, locals)
        return read[str(self.name)]
