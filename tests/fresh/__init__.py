"""`make test-fresh`: the README's two commands on machines that have nothing."""
