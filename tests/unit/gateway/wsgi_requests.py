"""A request as the server hands it to the gateway."""

import io

from gateway.http.requests import Request


def request(method="GET", path="/", query="", body=None, content_type="application/json", trust_forwarded=False, **headers):
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "REMOTE_ADDR": "10.0.0.1",
        "CONTENT_TYPE": content_type,
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    if body is not None:
        environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    return Request(environ, trust_forwarded)
