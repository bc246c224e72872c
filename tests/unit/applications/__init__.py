"""Rules of applications, without broker and database."""
