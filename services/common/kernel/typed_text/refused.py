"""Why a text that somebody typed is not taken."""


class Refused(ValueError):
    """The text is not taken; `code` says why (`control_sign U+0007`), in words by services.common.kernel.validation."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
