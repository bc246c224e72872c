"""Gives a service the college profile that it was told to run (COLLEGE_PROFILE)."""

from functools import lru_cache

from nameko.extensions import DependencyProvider

from services.common import settings as settings_module
from services.contracts.college import College, load_college


@lru_cache(maxsize=4)
def loaded(folder: str) -> College:
    """Gives the profile in a folder, read and checked when first asked for; raises ProfileError."""
    return load_college(folder)


class CollegeProfile(DependencyProvider):
    """The college as data, loaded and checked once, when the service starts; a faulty profile keeps it from starting."""

    def setup(self) -> None:
        """Loads the profile; raises ProfileError naming file and line of each fault."""
        self._college = loaded(settings_module.of(self.container).require("COLLEGE_PROFILE"))

    def get_dependency(self, worker_ctx: object) -> College:
        """Gives the profile, which never changes while the service runs."""
        return self._college
