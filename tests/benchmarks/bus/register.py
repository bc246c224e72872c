"""A register of many people, written straight into the tables."""

import io
import uuid
from pathlib import Path
from typing import Any

import psycopg2

from deploy.local.urls import for_psycopg
from services.contracts.college import load_college

_INSERT = """
INSERT INTO pending_registrations (application_id, account_id, reference, category, legal_name, first_name, last_name, languages_of_care,
                                   conditions, approved_at)
SELECT id, id, number, %(category)s, 'Anne Tremblay ' || number, 'Anne', 'Tremblay ' || number, '["en", "fr"]', '[]', now() FROM people;
INSERT INTO registrants (id, account_id, application_id, invoice_number, registration_number, first_registered_on, recorded_at)
SELECT id, id, id, 'INV-' || number, number, current_date, now() FROM people;
INSERT INTO register_entries (id, registrant_id, valid, legal_name, first_name, last_name, category, status, conditions, languages_of_care,
                              recorded_at)
SELECT id, id, tstzrange(now() - interval '1 day', NULL), 'Anne Tremblay ' || number, 'Anne', 'Tremblay ' || number, %(category)s, %(status)s,
       '[]', '["en", "fr"]', now() FROM people;
"""


def fill(url: str, profile: Path, people: int) -> list[str]:
    """Registers so many people in the database of registry; gives their registration numbers."""
    college = load_college(str(profile))
    numbering: Any = college.numbering.registration.numbering
    numbers = [numbering.make(number) for number in range(100_000, 100_000 + people)]
    rows = "".join(f"{uuid.uuid4()}\t{number}\n" for number in numbers)
    with psycopg2.connect(for_psycopg(url)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE people (id uuid, number text)")
        cursor.copy_from(io.StringIO(rows), "people")
        category = college.history[-1].categories[0].code
        cursor.execute(_INSERT, {"category": category, "status": "active"})
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()
    return numbers
