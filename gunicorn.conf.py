"""What each web process does when it starts: a person who changes a dish waits for no compiler."""

import threading

from optimizer import warm_up_meals


def post_worker_init(_worker: object) -> None:
    """Called by gunicorn in each worker; requests are answered meanwhile."""
    threading.Thread(target=warm_up_meals, name="warm up", daemon=True).start()
