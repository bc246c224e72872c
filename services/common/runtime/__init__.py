"""How a component runs: launched, contained, measured, stopped."""
