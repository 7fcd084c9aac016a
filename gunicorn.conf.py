"""What each web process does as soon as it runs, however gunicorn was started."""

import threading
from typing import Any

from app.jobs import warm_up


def post_worker_init(_worker: Any) -> None:
    """Load the compiled searches beside the first requests, so that no person waits for them."""
    threading.Thread(target=warm_up, name="warm up", daemon=True).start()
