"""What kind of place a delivery goes to."""

from enum import StrEnum


class SiteKind(StrEnum):
    """A place with one delivery address."""

    HOME = "home"
    RESIDENTIAL = "residential"
    HOSPITAL = "hospital"
