"""The error that stops sopkit: a wrong configuration or command, with a hint."""


class SopkitError(Exception):
    """The set-up or the call is wrong: a sentence, and a hint that says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
