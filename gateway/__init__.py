"""The HTTP gateway: the college's JSON API and its few public pages. It has no database and no business rule."""
