"""A migration of a few lines for the operator's tests: `good` makes a table its role may read, `bad` fails."""

import os
import sys

import psycopg2
from psycopg2 import sql

if __name__ == "__main__":
    if sys.argv[1] == "bad":
        sys.exit("relation of the bad migration")
    with psycopg2.connect(os.environ["DATABASE_URL"].replace("+psycopg2", "")) as link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS notes (text text)")
        cursor.execute(sql.SQL("GRANT SELECT ON notes TO {}").format(sql.Identifier(os.environ["SERVICE_ROLE"])))
