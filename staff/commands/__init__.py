"""The commands, a module per subject; `staff/__main__.py` lists them."""
