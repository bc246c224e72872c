"""`make test-steady`: whole suites side by side, again and again."""
