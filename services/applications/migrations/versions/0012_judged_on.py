"""An application says by the rules of which day it is judged. Rows of before do not: theirs is the day of `submitted_at` at the college."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("applications", sa.Column("judged_on", sa.Date))


def downgrade() -> None:
    op.drop_column("applications", "judged_on")
