"""As of when an account's standing as a registrant was heard last: facts are heard in any order, late and repeated ones too."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("standing_as_of", sa.DateTime(timezone=True)))
