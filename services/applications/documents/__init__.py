"""Documents of an application: uploaded, checked, scanned, cleared away."""
