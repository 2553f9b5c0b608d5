"""The tags of a repository."""

import pytest
from tests.repository import GitRepository

from sopkit.git.repository import Repository, open_repository, read_tags, resolve_tag
from sopkit.model.errors import SopkitError


def opened(repository: GitRepository) -> Repository:
    found = open_repository(repository.root)
    assert found is not None
    return found


def test_light_and_annotated_tags_name_their_commit(repository: GitRepository) -> None:
    first = repository.commit("2024-02-01", {"a.md": "a"})
    repository.git("tag", "audit-2024-02")
    second = repository.commit("2024-03-01", {"a.md": "b"})
    repository.git("tag", "-a", "audit/2024-03", "-m", "Sent to the auditor")
    repository.git("tag", "tree", "HEAD^{tree}")
    assert read_tags(opened(repository)) == {"audit-2024-02": first, "audit/2024-03": second}


def test_no_tag_names_the_nearest(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"a.md": "a"})
    with pytest.raises(SopkitError, match="no tag is called audit") as error:
        resolve_tag(opened(repository), "audit")
    assert error.value.hint == "the repository has no tag of a commit; make one: git tag -a NAME"
    repository.git("tag", "audit-2024")
    for typed, hint in (("audit-2042", "did you mean audit-2024?"), ("x", "list them: git tag")):
        with pytest.raises(SopkitError) as error:
            resolve_tag(opened(repository), typed)
        assert error.value.hint == hint
