"""The independent services, the floor they stand on (`common`) and what crosses the bus (`contracts`)."""
