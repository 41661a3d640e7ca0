"""Each rung of a ladder that was called has its row"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rung",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("trigger", AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("people", AutoString(), nullable=False),
        sa.Column("quiet", AutoString(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_rung_request_id"), "rung", ["request_id"])
    # Of ladders that are being climbed it is not known who was called when; they go on from here, from their first rung.
    op.execute("UPDATE request SET rung = 0 WHERE kind = 'escalation' AND state = 'pending'")
