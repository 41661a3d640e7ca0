"""The chart block (`data_visualization`).

Limits: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from localslack.blocks.checks import by_type, list_of, number, one_of, shape, string
from localslack.blocks.text import block

MOST_POINTS, MOST_PARTS = 20, 12
"""Earlier copies of Slack's page say six segments or series; its validator takes twelve."""

LABEL = string(20, 1)
POINT = shape({"label": LABEL, "value": number})
AXIS = shape({"categories": list_of(LABEL, MOST_POINTS)}, {"x_label": string(50), "y_label": string(50)})
SERIES = shape({"name": LABEL, "data": list_of(POINT, MOST_POINTS)})
PLOT = shape({"series": list_of(SERIES, MOST_PARTS), "axis_config": AXIS})
PIE = shape({"segments": list_of(POINT, MOST_PARTS)})
# Slack does not say what is wrong inside a chart, only that it is none of these.
CHART = one_of(
    by_type({"pie": PIE}),
    by_type({"bar": PLOT}),
    by_type({"line": PLOT}),
    by_type({"area": PLOT}),
)
DATA_VISUALIZATION = block({"title": string(50, 1), "chart": CHART})
