"""The colour and icon of every category, and the colours of charts: one table for all pages.

A colour never speaks alone: beside it always stand the icon and the name. Each is at least 3:1
against the surface it lies on (a test measures it), in the light theme and in the dark one.
"""

from dataclasses import dataclass

LIGHT_SURFACE = "#ffffff"
DARK_SURFACE = "#10242e"


@dataclass(frozen=True, slots=True)
class Look:
    """How a thing looks: the id of its icon in ``static/icons.svg``, its light and dark colour."""

    icon: str
    light: str
    dark: str


CATEGORY_LOOKS: dict[str, Look] = {
    "macet": Look("car", "#b45309", "#f0a44b"),
    "kecelakaan": Look("crash", "#b3145a", "#f783b5"),
    "kriminal": Look("shield", "#6f1d4e", "#d59ac0"),
    "kebakaran": Look("flame", "#cf3f0c", "#ff8f66"),
    "kebersihan": Look("broom", "#3f7d20", "#9ad07a"),
    "sampah": Look("bin", "#6b5b1e", "#cdbb74"),
    "banjir": Look("waves", "#0b63ad", "#6fb8f5"),
    "bencana": Look("warning", "#6d28d9", "#b79bff"),
    "pelanggaran": Look("forbidden", "#8a3a10", "#e39a72"),
    "jalan_rusak": Look("road", "#4f4a45", "#b9b2aa"),
    "penerangan_jalan": Look("lamp", "#946200", "#e8c04d"),
    "parkir": Look("parking", "#3452c7", "#93a9ff"),
    "kaki_lima": Look("stall", "#b8456f", "#f09ab8"),
    "pengemis": Look("hand", "#84557c", "#cba3c4"),
    "pohon_tumbang": Look("tree", "#1b6b40", "#6ecf98"),
    "fasilitas_umum": Look("bench", "#0c7068", "#5fcabf"),
    "transportasi_umum": Look("bus", "#4338ca", "#a5a0ff"),
    "layanan_publik": Look("document", "#155e75", "#7cc4dd"),
    "lainnya": Look("dots", "#5b6b79", "#a3b3bf"),
}

# Inks of charts; the names are CSS variables. Blue-green against orange holds for every kind of
# colour blindness, and the strong ink is darker than the pale one, so grey prints hold too.
CHART_INKS: dict[str, tuple[str, str]] = {
    "chart-text": ("#3d515d", "#b7c8d1"),
    "chart-strong": ("#10262f", "#eaf3f7"),
    "chart-grid": ("#dde5e9", "#243c48"),
    "chart-today": ("#04606f", "#4cc3d3"),
    "chart-usual": ("#7b8f9a", "#8197a3"),
    "chart-pale": ("#b9d9df", "#1f4e5a"),
    "chart-negatif": ("#b8480d", "#f2975d"),
    "chart-netral": ("#72858f", "#8fa3ae"),
    "chart-positif": ("#0a7285", "#4cc3d3"),
}

# Classes of the map from few to many: one hue, each darker than the one before, so that every kind
# of colour blindness and a grey print hold too; in the dark theme each is lighter.
MAP_INKS: dict[str, tuple[str, str]] = {
    "map-0": ("#eef2f4", "#142c37"),
    "map-1": ("#cfe6ea", "#1b4450"),
    "map-2": ("#94cbd3", "#216473"),
    "map-3": ("#4ea3af", "#2f8c9b"),
    "map-4": ("#17707e", "#5fc0cc"),
    "map-5": ("#07424d", "#c4f0f5"),
    "map-dot": ("#a3116a", "#ff93cb"),
}


def colour_variables() -> str:
    """The style rules that give every page these colours, light and dark.

    A page with ``data-theme`` has chosen; one without follows the system.
    """
    light = _block(0)
    dark = _block(1)
    classes = "".join(f".cat-{code}{{--cat:var(--cat-{code})}}" for code in CATEGORY_LOOKS)
    return (
        f":root{{{light}}}"
        f"@media screen and (prefers-color-scheme:dark)"
        f"{{:root:not([data-theme=light]){{{dark}}}}}"
        f"@media screen{{:root[data-theme=dark]{{{dark}}}}}"
        f"{classes}"
    )


def _block(theme: int) -> str:
    pairs = [
        (f"cat-{code}", (look.light, look.dark)[theme]) for code, look in CATEGORY_LOOKS.items()
    ]
    pairs += [(name, inks[theme]) for name, inks in (*CHART_INKS.items(), *MAP_INKS.items())]
    return "".join(f"--{name}:{colour};" for name, colour in pairs)
