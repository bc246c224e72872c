"""A whole college under fire: engines, processes and connections fail while people walk through the main job."""
