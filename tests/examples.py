"""How many examples a property test draws."""

from hypothesis import HealthCheck, settings

FUZZ_FACTOR = 20


def examples(count: int, *suppressed: HealthCheck) -> settings:
    """The settings for a number of examples; `make fuzz` draws many times as many."""
    factor = FUZZ_FACTOR if settings.get_current_profile_name() == "fuzz" else 1
    default = settings.default
    checks = () if default is None else default.suppress_health_check
    return settings(max_examples=count * factor, suppress_health_check=[*checks, *suppressed])
