"""The floor all services stand on: bus, database, access, audit, money, files. It knows no business word."""
