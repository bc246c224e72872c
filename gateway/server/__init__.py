"""The gateway's own HTTP/1.1 server: sockets on one side, the WSGI application on the other, and who may hold what for how long."""
