"""The two table blocks: the short one of a message and the paged one for data.

Limits: https://docs.slack.dev/reference/block-kit/blocks/table-block and .../data-table-block
"""

from localslack.blocks.checks import any_of, by_type, choice, flag, list_of, nullable, number, shape, string, whole
from localslack.blocks.rich import PARAGRAPHS, RICH_TEXT
from localslack.blocks.text import block

ROWS, COLUMNS = 100, 20
DATA_ROWS = 201
"""Two hundred, and the header."""

RAW_TEXT = {"text": string(None, 1)}
RAW_NUMBER = {"value": number, "text": string(None, 1)}
# For a wrong cell of a table Slack tells how it fails in each way; in a data table it goes by the cell's type.
CELL = any_of(
    shape({"type": choice("rich_text"), "elements": PARAGRAPHS}, {"block_id": string(255)}),
    shape({"type": choice("raw_number"), **RAW_NUMBER}),
    shape({"type": choice("raw_text"), **RAW_TEXT}),
)
DATA_CELL = by_type({"raw_text": shape(RAW_TEXT), "raw_number": shape(RAW_NUMBER), "rich_text": RICH_TEXT})
COLUMN = nullable(shape({}, {"align": choice("left", "center", "right"), "is_wrapped": flag}))

TABLE = block({"rows": list_of(list_of(CELL, COLUMNS), ROWS)}, {"column_settings": list_of(COLUMN, COLUMNS, 0)})
DATA_TABLE = block(
    {"caption": string(None, 1), "rows": list_of(list_of(DATA_CELL, COLUMNS), DATA_ROWS, 2)},
    {"page_size": whole(1, 100), "row_header_column_index": whole(0)},
)
