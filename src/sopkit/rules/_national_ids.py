"""Ids of persons that tell themselves by form and check digits."""

import re
from collections.abc import Callable, Iterator

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_HETU = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_ODD = {
    **dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)),
    **dict(zip("ABCDEFGHIJ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)),
    **dict(zip("KLMNOPQRSTUVWXYZ", (2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23), strict=True)),
}
"""What a character in an odd place of a codice fiscale counts."""
_SAMPLES = frozenset({"12345678Z", "7561234567897", "12345678909", "131052308T", "RSSMRA80A01H501U", "255081416802538"})
"""Ids that the authorities themselves print as examples."""


def _spain(text: str) -> bool:
    number = text[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return _DNI[int(number) % 23] == text[-1]


def _italy(text: str) -> bool:
    total = sum(
        _ODD[char] if at % 2 == 0 else (int(char) if char.isdigit() else ord(char) - 65)
        for at, char in enumerate(text[:-1])
    )
    return chr(65 + total % 26) == text[-1]


def _switzerland(text: str) -> bool:
    return sum(int(char) * (3 if at % 2 else 1) for at, char in enumerate(text)) % 10 == 0


def _brazil(text: str) -> bool:
    digits = [int(char) for char in text]

    def check(count: int) -> int:
        return sum(digit * (count + 1 - at) for at, digit in enumerate(digits[:count])) * 10 % 11 % 10

    return len(set(text)) > 1 and (check(9), check(10)) == (digits[9], digits[10])


def _finland(text: str) -> bool:
    return _HETU[int(text[:6] + text[6:9]) % 31] == text[9]


def _france(text: str) -> bool:
    number = int(text[:13].replace("2A", "19").replace("2B", "18"))
    return 97 - number % 97 == int(text[13:])


# Each pattern begins with a character, what must not stand before it is asked then: that is many times as fast.
_KINDS: tuple[tuple[str, re.Pattern[bytes], Callable[[str], bool]], ...] = (
    ("Spanish DNI or NIE", re.compile(rb"[\dXYZ](?<![\w-].)\d{7}-?[A-HJ-NP-TV-Z](?![\w-])"), _spain),
    ("Italian codice fiscale", re.compile(rb"[A-Z](?<!\w.)[A-Z]{5}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]\b"), _italy),
    ("Swiss AHV number", re.compile(rb"756(?<![\w.]756)\.\d{4}\.\d{4}\.\d\d(?!\w|\.\d)"), _switzerland),
    ("Brazilian CPF", re.compile(rb"\d(?<![\w.-].)\d\d\.\d{3}\.\d{3}-\d\d(?![\w-])"), _brazil),
    ("Finnish personal code", re.compile(rb"[0-3](?<![\w-].)\d[01]\d{3}[-+A]\d{3}[0-9A-FHJ-NPR-Y](?![\w-])"), _finland),
    (
        "French social security number",
        re.compile(rb"[12](?<!\w.) ?\d\d ?(?:0[1-9]|1[0-2]) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d(?!\w)"),
        _france,
    ),
)


_RUN = re.compile(rb"\d[\d ./+-]{6,}")
_CODICE_FISCALE = _KINDS[1][1]
_BEFORE, _BEHIND = 2, 20


def national_ids(data: bytes) -> Iterator[tuple[str, int, int]]:
    """The kind and the byte range of each id whose check digits are right, examples of the authorities apart.

    But for the Italian ones each has a run of digits, so most of a text is looked at once and not for every kind.
    """
    found = {(match.start(), match.end(), 1) for match in _CODICE_FISCALE.finditer(data)}
    for run in _RUN.finditer(data):
        for at, (_, pattern, _) in enumerate(_KINDS):
            near = pattern.finditer(data, max(run.start() - _BEFORE, 0), run.end() + _BEHIND)
            found.update((match.start(), match.end(), at) for match in near if match.start() < run.end())
    for start, end, at in sorted(found):
        name, _, right = _KINDS[at]
        typed = data[start:end].decode()
        text = typed[:6] + typed[7:] if right is _finland else re.sub(r"[ .-]", "", typed)
        if text not in _SAMPLES and right(text):
            yield name, start, end
