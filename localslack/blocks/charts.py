"""The chart block (`data_visualization`), as Slack's page of June 2026 describes it."""

from collections.abc import Iterator
from typing import Any

from localslack.blocks.checks import Check, by_type, list_of, number, shape, string
from localslack.blocks.shapes import ID
from localslack.wire import Problem

LABEL = string(20, 1)


def _same_points(value: Any, at: str) -> Iterator[Problem]:
    axis, series = value.get("axis_config"), value.get("series")
    if not isinstance(axis, dict) or not isinstance(series, list):
        return
    for place, line in enumerate(series):
        points = line.get("data") if isinstance(line, dict) else None
        if isinstance(points, list) and [point.get("label") for point in points if isinstance(point, dict)] != axis.get(
            "categories"
        ):
            yield Problem(f"{at}/series/{place}/data", "must match the categories")


POINT = shape({"label": LABEL, "value": number})
AXIS = shape({"categories": list_of(LABEL, 20)}, {"x_label": string(50), "y_label": string(50)})
PLOT = shape(
    {"series": list_of(shape({"name": LABEL, "data": list_of(POINT, 20)}), 6), "axis_config": AXIS}, {}, _same_points
)
PIE = shape({"segments": list_of(POINT, 6)})
CHART: Check = shape(
    {"title": string(50, 1), "chart": by_type({"pie": PIE, "bar": PLOT, "line": PLOT, "area": PLOT})}, {"block_id": ID}
)
