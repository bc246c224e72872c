"""What people type or paste: a module for each kind of text. Each `clean` gives it in the one form that is kept, or raises Refused.

`signs.py` is what all of them begin with; `fields.py` makes contracts' fields of them. Pure, and for everybody: pages, API, command line, bus.
"""
