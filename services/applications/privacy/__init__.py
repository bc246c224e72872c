"""Personal data of applications: what is held and for how long."""
