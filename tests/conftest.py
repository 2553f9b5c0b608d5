"""Golden files: `pytest --update` rewrites them, and whoever reviews reads the difference."""

import gc
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # below `nohup` and `&`, where Ctrl-C would be tested in vain
    signal.signal(signal.SIGINT, signal.default_int_handler)
GOLDEN = Path(__file__).parent / "golden"

settings.register_profile("fuzz", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci")  # the same examples each time; `make fuzz` draws new ones


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden files from what the tests produce")


def pytest_collection_finish() -> None:
    gc.freeze()  # ten thousand collected tests need not be looked through at each garbage collection
    gc.set_threshold(20_000, 50, 100)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares text with the golden file of that name below tests/golden."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--update"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        assert file.is_file(), f"no golden file {name}; write it with pytest --update"
        assert text == file.read_bytes().decode()

    return compare
