"""Requests of one kind are decided in one list"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0007_lists"
down_revision = "0006_questions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request", sa.Column("alike", AutoString(), nullable=False, server_default=""))
    there = sa.text("alike <> ''")
    op.create_index("request_alike", "request", ["alike"], sqlite_where=there, postgresql_where=there)
    asked = sa.text("kind = 'approval'")
    op.create_index("request_asked", "request", ["queue", "created_at"], sqlite_where=asked, postgresql_where=asked)
    op.create_table(
        "batch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("alike", AutoString(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_batch_alike"), "batch", ["alike"])
    op.create_table(
        "batch_item",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("batch_id", AutoString(), nullable=False),
        sa.Column("task_id", AutoString(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"]),
        sa.PrimaryKeyConstraint("request_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_batch_item_batch_id"), "batch_item", ["batch_id"])
