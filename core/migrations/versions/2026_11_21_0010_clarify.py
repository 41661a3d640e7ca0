"""An agent's question to a customer stands on no other card; at full trust its mail has no request at all"""

from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0010_clarify"
down_revision = "0009_twins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("question", table_kwargs={"sqlite_with_rowid": False}) as question:
        question.alter_column("request_id", existing_type=AutoString(), nullable=True)
