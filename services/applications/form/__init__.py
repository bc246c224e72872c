"""The application form: its pages, rules, answers and edits, and what it still needs."""
