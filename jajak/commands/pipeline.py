"""Commands that run the way of a post: one stage, all stages, the loop, the workers, the pages."""

import signal
import threading
from typing import Annotated

import typer
from rich.console import Console

from jajak.house import open_house
from jajak.loop import run_stages
from jajak.progress import progress
from jajak.stages import House, advance
from jajak.web import PageServer
from models.backlog import backlog
from trends import rebuild

_say = Console(stderr=True, highlight=False)


def annotate() -> None:
    """Read every post that the present model has not answered for."""
    _advance_shown(open_house(), ("annotate",))


def process(
    rebuild_counts: Annotated[
        bool, typer.Option("--rebuild-counts", help="Make every hourly count anew.")
    ] = False,
) -> None:
    """Take every stored post through annotate, roll up, group and draft until nothing is left."""
    house = open_house()
    if rebuild_counts:
        rebuild(house.db)
    _advance_shown(house, ("annotate", "roll_up", "group", "draft"))


def process_all(house: House) -> None:
    """All stages after collecting, with progress shown."""
    _advance_shown(house, ("annotate", "roll_up", "group", "draft"))


def run() -> None:
    """Collect, annotate, roll up, group, draft and serve pages in one process, until Ctrl-C."""
    house = open_house()
    house.settings.inbox_folder.mkdir(parents=True, exist_ok=True)
    _stop_on_signal(house.stop)
    server = PageServer(house)
    server.start()
    _say.print(f"Jajak is running at [bold]{server.address}[/bold] (Ctrl-C stops it)")
    _say.print(f"Files put into {house.settings.inbox_folder} are taken in.", markup=False)
    try:
        run_stages(house)
    finally:
        server.stop()
        house.db.close()
        _say.print("Stopped; nothing is half-done.")


def serve() -> None:
    """Serve the pages and the API only; the stages run elsewhere."""
    house = open_house()
    _stop_on_signal(house.stop)
    server = PageServer(house)
    server.start()
    _say.print(f"Jajak is serving at [bold]{server.address}[/bold] (Ctrl-C stops it)")
    house.stop.wait()
    server.stop()
    house.db.close()


def worker(
    beat: Annotated[
        bool, typer.Option(help="Also look for work now and then: exactly one worker must.")
    ] = False,
    concurrency: Annotated[int, typer.Option(min=1, help="Processes of this worker.")] = 1,
) -> None:
    """Run the stages as a Celery worker, beside others on this or other machines."""
    from jajak.settings import SettingsError, load_settings

    if not load_settings().broker_url:
        raise SettingsError("JAJAK_BROKER_URL is empty: set a Redis or RabbitMQ URL for workers")
    # Importing the tasks makes the app; without a broker there is nothing to make it for.
    from jajak.tasks import app

    options = ["worker", "--loglevel=INFO", f"--concurrency={concurrency}"]
    if beat:
        options += ["--beat", "--schedule", str(load_settings().home / "celerybeat-schedule")]
    app.worker_main(options)


def _stop_on_signal(stop: threading.Event) -> None:
    def ask(_signal: int, _frame: object) -> None:
        if not stop.is_set():
            _say.print("Stopping after the present batch …")
        stop.set()

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)


def _advance_shown(house: House, stages: tuple[str, ...]) -> None:
    with progress() as shown:
        for stage in stages:
            task = shown.add_task(stage, total=_waiting(house, stage))
            advance(
                house,
                stage,
                lambda _, rows, task=task: shown.advance(task, rows),  # type: ignore[misc]
            )
            shown.update(task, total=shown.tasks[-1].completed)


def _waiting(house: House, stage: str) -> int:
    """How many rows a stage has before it."""
    with house.db.reading() as session:
        return int(getattr(backlog(session, house.reader.version), stage))
