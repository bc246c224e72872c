"""The API's resources: each module one, with its routes."""
