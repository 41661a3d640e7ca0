"""Processes, leases, breakers; who claimed an effect; a job's place in a queue"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("effect") as effect:
        effect.add_column(sa.Column("run", AutoString(), nullable=False, server_default=""))
    with op.batch_alter_table("card") as card:
        card.add_column(sa.Column("again_at", sa.BigInteger(), nullable=True))
    later = sa.text("again_at IS NOT NULL")
    op.create_index("card_again", "card", ["again_at"], sqlite_where=later, postgresql_where=later)
    for table, name, columns, which in (
        ("task", "task_claimed", ["claimed_at"], "claimed_at IS NOT NULL"),
        ("task", "task_for_agent", ["waiting_for"], "substr(waiting_for, 1, 6) = 'agent:'"),
        ("effect", "effect_stands", ["state"], "(state = 'held' OR state = 'unknown')"),
        ("card", "card_in_trouble", ["created_at"], "error <> ''"),
        ("card", "card_at", ["ts", "channel"], "ts <> ''"),
    ):
        op.create_index(name, table, columns, sqlite_where=sa.text(which), postgresql_where=sa.text(which))
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("deaths", sa.Integer(), nullable=False, server_default="0"))
        job.add_column(sa.Column("died_with", AutoString(), nullable=False, server_default=""))
        job.add_column(sa.Column("began", AutoString(), nullable=False, server_default=""))
        job.add_column(sa.Column("entry", AutoString(), nullable=False, server_default=""))
        job.add_column(sa.Column("queued_at", sa.BigInteger(), nullable=False, server_default="0"))
    where = sa.text("entry = ''")
    op.create_index("job_not_queued", "job", ["due_at"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "worker",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("host", AutoString(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("doing", AutoString(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("beat_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", AutoString(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "breaker",
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("why", AutoString(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("try_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("trial", AutoString(), nullable=False),
        sa.Column("troubles", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("gateway"),
        sqlite_with_rowid=False,
    )
