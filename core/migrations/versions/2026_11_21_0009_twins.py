"""A request that says the same as one that waits joins it"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0009_twins"
down_revision = "0008_delegates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "twin",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("mark", AutoString(), nullable=False),
        sa.Column("first_id", AutoString(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["request.id"]),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"]),
        sa.PrimaryKeyConstraint("request_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_twin_mark"), "twin", ["mark"])
    op.create_index(op.f("ix_twin_first_id"), "twin", ["first_id"])
