"""The gateway as a nameko component: `python -m services.common.runtime.launch gateway.service`."""

from gateway.server.listening import HttpServer
from services.common.documents.files_provider import Files
from services.common.runtime.health import Health
from services.contracts.college_provider import CollegeProfile


class Gateway:
    """Serves the college's HTTP: the JSON API under /api/v1, and the few pages that mails and QR codes lead to."""

    name = "gateway"
    files = Files()
    college = CollegeProfile()
    health = Health()
    http = HttpServer()
