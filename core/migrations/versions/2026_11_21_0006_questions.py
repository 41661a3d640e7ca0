"""Questions on a task, and their answers"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

import core.tables

revision = "0006_questions"
down_revision = "0005_doors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("task_id", AutoString(), nullable=False),
        sa.Column("request_id", AutoString(), nullable=False),
        sa.Column("whom", AutoString(), nullable=False),
        sa.Column("asked_by", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("text", core.tables.Encrypted(), nullable=False),
        sa.Column("options", core.tables.Encrypted(), nullable=False),
        sa.Column("answer", core.tables.Encrypted(), nullable=False),
        sa.Column("answered_by", AutoString(), nullable=False),
        sa.Column("mail_id", AutoString(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"]),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    for column in ("task_id", "request_id", "mail_id"):
        op.create_index(op.f(f"ix_question_{column}"), "question", [column])
