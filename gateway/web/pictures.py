"""Charts as SVG: no script, nothing from elsewhere. The numbers stand in a table beside each."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import pygal
from lxml import etree
from pygal.style import Style

# pygal hooks into every import of the process for plugins of its own, of which there are none here;
# in the old manner, so that Python warns at each import that follows.
sys.meta_path[:] = [
    finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"
]

_STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#17324d",
    foreground_strong="#17324d",
    foreground_subtle="#5a768a",
    font_family="sans-serif",
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
    title_font_size=15,
    colors=(
        "#0066cc",
        "#d1344c",
        "#007a52",
        "#a66300",
        "#5c3d99",
        "#00707a",
        "#8f4700",
        "#455b71",
        "#7a7a7a",
    ),
)
_WIDTH, _HEIGHT, _LINE, _MARGIN = 900, 420, 44, 140
_SCRIPT = "{http://www.w3.org/2000/svg}script"


@dataclass(frozen=True, slots=True)
class Picture:
    """What a chart shows: stacked bars by month (``months``), or a bar a line (``lines``)."""

    kind: str
    title: str
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[float]]]


def draw(picture: Picture) -> bytes:
    """Return a chart."""
    flat = picture.kind == "lines"
    options = {
        "style": _STYLE,
        "js": [],
        "title": picture.title,
        "legend_at_bottom": True,
        "explicit_size": False,
        "width": _WIDTH,
        "height": _HEIGHT if not flat else _MARGIN + _LINE * max(3, len(picture.labels)),
        "x_label_rotation": 0 if flat else 35,
        "no_data_text": "–",
        "truncate_legend": 40,
        "truncate_label": 44,
        "min_scale": 2,
    }
    chart = pygal.HorizontalBar(**options) if flat else pygal.StackedBar(**options)
    labels = list(picture.labels)
    chart.x_labels = labels[::-1] if flat else labels
    for name, values in picture.series:
        if any(values):
            chart.add(name, list(values)[::-1] if flat else list(values))
    root = etree.fromstring(chart.render())
    etree.strip_elements(root, _SCRIPT, etree.Comment, with_tail=False)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
