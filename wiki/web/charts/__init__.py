"""Charts as SVG text, computed on the server: they print, mail and need no script.

Looks come from classes only (``static/css/charts.css``), because the Content-Security-Policy allows
no styles in the page; so one drawing serves light, dark and paper. Every chart has a title and a
description for those who do not see it, and each mark says its value when pointed at. Values that
are hidden are drawn as hidden. No meaning rests on colour alone: parts have fillings, lines dashes,
groups shapes, layers shades, and all have names.
"""

from wiki.web.charts.areas import area_chart
from wiki.web.charts.bars import bar_chart
from wiki.web.charts.canvas import NARROW, WIDE, Caption, Series, Size
from wiki.web.charts.columns import column_chart
from wiki.web.charts.heat import heat_map
from wiki.web.charts.lines import line_chart
from wiki.web.charts.lorenz import lorenz_chart
from wiki.web.charts.network import Vertex, network_chart
from wiki.web.charts.scatter import Axis, Dot, scatter_chart
from wiki.web.charts.survival import Curve, survival_chart

__all__ = [
    "NARROW",
    "WIDE",
    "Axis",
    "Caption",
    "Curve",
    "Dot",
    "Series",
    "Size",
    "Vertex",
    "area_chart",
    "bar_chart",
    "column_chart",
    "heat_map",
    "line_chart",
    "lorenz_chart",
    "network_chart",
    "scatter_chart",
    "survival_chart",
]
