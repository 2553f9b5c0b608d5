"""The digest gives the published values, and counts exactly what docs/digest.md says."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from sopkit.model.config import Config
from sopkit.model.sop import Sop
from sopkit.parsing.digest import CANONICALISER, canonical_body, canonical_front, digest, immaterial_keys
from sopkit.parsing.sop import parse

VECTORS = yaml.safe_load((Path(__file__).parent / "digest-vectors.yaml").read_bytes())
SPECIFICATION = (Path(__file__).parents[2] / "docs" / "digest.md").read_text("utf-8")
CLAIMS = {
    "review": {"basis": "claims"},
    "front_matter": {
        "claims": {"reviewed": "last_reviewed_on", "every": "review_in", "next": "due"},
        "aliases": {"review_in": "review_every", "cadence": "review_every", "owner_slack": "owner"},
    },
}


def read(data: bytes, config: Config) -> Sop:
    return parse("sops/v-001.md", data, config, lambda _: (None, ()), {})


def digest_of(text: str, settings: dict[str, Any] | None = None) -> str:
    config = Config.model_validate(settings or {})
    return digest(read(text.encode("utf-8"), config), config)


def texts(vector: dict[str, Any]) -> list[tuple[str, str]]:
    """Each text of a vector as a whole file, with its digest."""
    if "same" in vector:
        same = vector["same"]
        stated = [(same, same["digest"], which) for which in ("body", "file") if which in same]
        return [(whole(which, text), value) for group, value, which in stated for text in group[which]]
    return [
        (whole(which, case[which]), case["digest"])
        for case in vector["differ"]
        for which in ("body", "file")
        if which in case
    ]


def whole(which: str, text: str) -> str:
    return f"---\nid: V-001\n---\n{text}" if which == "body" else text


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_vector(vector: dict[str, Any]) -> None:
    cases = texts(vector)

    found = [(text, digest_of(text, vector.get("config"))) for text, _ in cases]

    assert found == cases
    if "differ" in vector:
        assert len({value for _, value in found}) == len(found)


def test_the_vectors_are_many_and_named_in_the_specification() -> None:
    assert sum(len(texts(vector)) for vector in VECTORS) > 150
    assert len({vector["name"] for vector in VECTORS}) == len(VECTORS)
    assert "digest-vectors.yaml" in SPECIFICATION


def test_the_worked_example_of_the_specification() -> None:
    blocks = SPECIFICATION.split("```")
    document = next(block for block in blocks if block.startswith("markdown\n")).removeprefix("markdown\n")
    shown = next(block for block in blocks if block.startswith("canonical\n")).removeprefix("canonical\n")
    sop = read(document.encode(), Config())
    front = {key: value for key, value in sop.front.typed.items() if key not in immaterial_keys(Config())}
    data = canonical_front(front) + canonical_body(document.encode()[sop.body_start :].decode())

    assert readable(data) == "".join(shown.split("\n"))
    assert f"`{digest(sop, Config())}`" in SPECIFICATION
    assert digest(sop, Config()) == f"{CANONICALISER}:{sha256(data).hexdigest()}"


def readable(data: bytes) -> str:
    """Canonical bytes as the specification prints them: `[FE]` for a byte that is no ASCII."""
    return "".join(chr(byte) if byte < 0x80 else f"[{byte:02X}]" for byte in data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"# No front matter\n",
        b"---\nid: [\n---\nbody\n",
        b"---\n- id\n---\nbody\n",
        b"---\nid: V-001\n",
        b"---\nid: V-001\n---\n\xff\n",
        b"---\nid: V-001\n---\nnul \0\n",
        b"---\nid: V-001\n---\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n",
        b"---\nid: &a [*a]\n---\nbody\n",
    ],
)
def test_what_cannot_be_read_is_named_by_its_bytes(data: bytes) -> None:
    assert digest(read(data, Config()), Config()) == f"raw1:{sha256(data).hexdigest()}"


def test_the_body_is_not_built() -> None:
    config = Config()
    sop = read(b"---\nid: V-001\n---\n- a\n", config)

    digest(sop, config)

    assert "body" not in vars(sop)


def test_defaults_do_not_count() -> None:
    text = "---\nid: V-001\n---\nx\n"

    assert digest_of(text, {"front_matter": {"defaults": {"owner": "it"}}}) == digest_of(text)


def test_aliases_do_not_count() -> None:
    ours, theirs = ("---\nid: V-001\n" + key + ": it\n---\nx\n" for key in ("owner", "owner_slack"))
    aliases = {"front_matter": {"aliases": {"owner_slack": "owner"}}}

    assert digest_of(theirs, aliases) == digest_of(theirs)
    assert digest_of(theirs, aliases) != digest_of(ours, aliases)


def test_claims_are_immaterial_however_they_are_spelled() -> None:
    fixed = {"version", "status", "tags", "summary", "language"}
    claimed = {"last_reviewed_on", "review_in", "review_every", "cadence", "due"}

    assert immaterial_keys(Config.model_validate(CLAIMS)) == fixed | claimed
    assert immaterial_keys(Config.model_validate({**CLAIMS, "review": {"basis": "git"}})) == fixed


@pytest.mark.parametrize("nested", [50 * "> ", 200 * "- ", 10_000 * ">", 3_000 * "*"])
def test_depth_does_no_harm(nested: str) -> None:
    assert digest_of(f"---\nid: V-001\n---\n{nested}a\n") != digest_of(f"---\nid: V-001\n---\n{nested}b\n")
