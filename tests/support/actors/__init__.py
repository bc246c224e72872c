"""Who takes part in the tests: applicants, payers, delegates, the staff, and what they have in their hands."""
