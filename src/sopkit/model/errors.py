"""What stops us working, as opposed to what is wrong with a document (that is a finding)."""


class SopkitError(Exception):
    """The set-up or the call is wrong: a sentence, and a hint that says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
