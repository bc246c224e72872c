"""The JSON API: its route table, how a route is answered, its documentation, and its sign-in for programs and browsers."""
