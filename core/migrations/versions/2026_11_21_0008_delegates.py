"""Who is away until when, and for whom somebody answered or was called"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0008_delegates"
down_revision = "0007_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("away_until", sa.BigInteger(), nullable=True))
    op.add_column("person", sa.Column("away_by", AutoString(), nullable=False, server_default=""))
    op.add_column("decision", sa.Column("on_behalf_of", AutoString(), nullable=False, server_default=""))
    op.add_column("rung", sa.Column("instead", AutoString(), nullable=False, server_default="{}"))
