"""Whom people call for help about, and how they want to be told"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0005_doors"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request", sa.Column("about_id", AutoString(), nullable=True))
    op.add_column("person", sa.Column("notify", AutoString(), nullable=False, server_default=""))
