"""Asks the process of this container whether it is ready: 0 when /readyz on its health port answers 200."""

import http.client
import os
import sys


def main() -> int:
    """Says what is at fault, for `docker inspect`; 1 when the process is not ready, or does not answer within three seconds."""
    port = os.environ.get("MAIL_INBOX_PORT") or os.environ.get("PAYMENT_PROVIDER_PORT") or os.environ["HEALTH_PORT"]
    link = http.client.HTTPConnection("127.0.0.1", int(port), timeout=3)
    try:
        link.request("GET", "/readyz")
        answer = link.getresponse()
        print(answer.read(1000).decode(errors="replace"))
        return 0 if answer.status == http.HTTPStatus.OK else 1
    except OSError as error:
        print(error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
