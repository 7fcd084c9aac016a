"""The two typefaces of every paper, embedded: Latin, Greek, Cyrillic and the signs we use."""

from pathlib import Path

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
X_HEIGHT = 1120 / 2048
"""Height of a small x per point of type size (table OS/2, sxHeight, of both faces)."""

# ReportLab reads these two while its other parts load: without both, a Helvetica that is not
# embedded stays in every file. `app.paper` therefore imports this module before any other.
rl_config.canvas_basefontname = PLAIN
rl_config.defaultGraphicsFontName = PLAIN

_FOLDER = Path(__file__).parent / "fonts"
for _name in (PLAIN, BOLD):
    pdfmetrics.registerFont(TTFont(_name, _FOLDER / f"{_name}.ttf"))
pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
