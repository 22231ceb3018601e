"""Commands about a city pack: what is wrong with it, and its boundaries as cells."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from jajak.settings import load_settings
from models.boundaries import boundary_cells, cells_csv
from models.city import City, cities_folder, load_city
from models.city_check import check_city

app = typer.Typer(no_args_is_help=True, help="The city pack: check it, load its boundaries.")
_say = Console(stderr=True, highlight=False)
CityName = Annotated[str | None, typer.Option("--city", help="Pack; else the one that runs.")]


@app.command("check")
def check(
    city: Annotated[str | None, typer.Argument(help="Pack; else the one that runs.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a script.")] = False,
) -> None:
    """Name file, row and remedy for everything wrong in a pack; exit status 1 on a fault."""
    settings = load_settings()
    code = city or settings.city
    found = check_city(code, settings.cities_folder)
    faults = sum(not fault.warning for fault in found)
    if as_json:
        rows = [asdict(fault) | {"path": str(fault.path)} for fault in found]
        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        out = Console(highlight=False)
        for fault in found:
            mark = "[yellow]![/yellow]" if fault.warning else "[red]✗[/red]"
            row = f", row {fault.row}" if fault.row is not None else ""
            out.print(f"{mark} [bold]{fault.path.name}{row}[/bold]  ", end="")
            out.print(fault.fault, markup=False, soft_wrap=True)
            out.print(f"    → {fault.remedy}", markup=False, soft_wrap=True)
        out.print(f"{code}: {_count(faults, 'fault')}, {_count(len(found) - faults, 'warning')}")
    if faults:
        raise typer.Exit(1)


@app.command("cells")
def cells(
    boundaries: Annotated[Path, typer.Argument(metavar="FILE", help="GeoJSON of kelurahan.")],
    city: CityName = None,
    code_property: Annotated[
        str | None, typer.Option(help="Property with the Kemendagri code; else it is found.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="File to write; else cells.csv in the pack.")
    ] = None,
) -> None:
    """Make a city's official boundaries into the cells that place posts and draw the map."""
    settings = load_settings()
    folder = settings.cities_folder or cities_folder()
    pack = load_city(city or settings.city, folder)
    owner = boundary_cells(pack, boundaries, code_property)
    path = out or pack.folder / "cells.csv"
    path.write_text(cells_csv(owner), encoding="utf-8")
    missing = _without_cells(pack, owner)
    _say.print(
        f"{path}: {len(owner)} cells of {len(set(owner.values()))} kelurahan", soft_wrap=True
    )
    if missing:
        _say.print(f"No boundary for {', '.join(missing)}", style="yellow", soft_wrap=True)


def _without_cells(city: City, owner: dict[int, str]) -> list[str]:
    held = set(owner.values())
    return [
        f"{area.name} ({area.code})"
        for area in city.areas.values()
        if area.level == "kelurahan" and area.code not in held
    ]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
