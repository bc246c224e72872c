"""Gives a service the file store (FILES_ROOT, FILES_RESERVE_MB)."""

from nameko.extensions import DependencyProvider

from services.common import settings as settings_module
from services.common.documents.files import FileStore


class Files(DependencyProvider):
    """The file store that the components share; uploads leave FILES_RESERVE_MB of its disk to what services make."""

    def setup(self) -> None:
        """Opens the store; raises MissingSetting, ValueError for a reserve that is no number."""
        settings = settings_module.of(self.container)
        reserve = float(settings.optional("FILES_RESERVE_MB", "500"))
        self._store = FileStore(settings.require("FILES_ROOT"), int(reserve * 1_000_000))

    def get_dependency(self, worker_ctx: object) -> FileStore:
        """Gives the store."""
        return self._store
