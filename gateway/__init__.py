"""The HTTP gateway: the college's JSON API, and the pages of the portals. It has no database and no business rule."""
