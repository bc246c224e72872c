"""Gives a service the file store (FILES_ROOT)."""

from nameko.extensions import DependencyProvider

from services.common import settings as settings_module
from services.common.files import FileStore


class Files(DependencyProvider):
    """The file store that the components share."""

    def setup(self) -> None:
        """Opens the store."""
        self._store = FileStore(settings_module.of(self.container).require("FILES_ROOT"))

    def get_dependency(self, worker_ctx: object) -> FileStore:
        """Gives the store."""
        return self._store
