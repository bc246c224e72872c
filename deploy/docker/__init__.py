"""A college in containers on one machine: the image, the compose file, and the secrets they are shown."""
