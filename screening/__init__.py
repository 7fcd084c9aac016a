"""What does this person need: screening, diagnosis, prescription. No food, no clock.

The doors of its corners together are the door of the room: that is why they are taken whole
(F403); each names what it gives in its own `__all__`.
"""

from screening import calculations, following, instruments, measuring, needs, reporting
from screening.calculations import *  # noqa: F403
from screening.codes import CODES
from screening.following import *  # noqa: F403
from screening.instruments import *  # noqa: F403
from screening.measuring import *  # noqa: F403
from screening.needs import *  # noqa: F403
from screening.reporting import *  # noqa: F403

__all__ = ["CODES"]
__all__ += calculations.__all__
__all__ += following.__all__
__all__ += instruments.__all__
__all__ += measuring.__all__
__all__ += needs.__all__
__all__ += reporting.__all__
