"""Whole numbers as a few printable signs, for the index."""

_SIGNS = "".join(chr(number) for number in range(35, 127) if chr(number) not in "\\`<&")
_BASE = len(_SIGNS) // 2
LAST, GOES_ON = _SIGNS[:_BASE], _SIGNS[_BASE:]
_READY = 4096


def _written(number: int) -> str:
    signs = LAST[number % _BASE]
    while number := number // _BASE:
        signs = GOES_ON[number % _BASE] + signs
    return signs


_TABLE = [_written(number) for number in range(_READY)]


def written(number: int) -> str:
    """A number of 0 or more: signs that go on, then one that is the last, each a digit to the base 44."""
    return _TABLE[number] if number < _READY else _written(number)
