"""Which edits may be called editorial, and what follows when one is."""

import pytest
from tests.lifecycle.ledger import BASE, Files, approval, base, digest_of, entry, review, row, said, text
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository

from sopkit.lifecycle.editorial import find_substantive_change

BODY = """\
## Purpose

Give acess to people who need it. See [the policy](policy.md), `ls -l` and ops@acme.example.

1. Ask the owner.
2. Wait two days, but no more than 5 hours.
   - [ ] Say so.

| who | what |
| --- | --- |
| owner | aprove |

```sh
rm -rf build
```

````text
```
inner one
```
````

> ```
> quoted code
> ```

- Indented:

      not a fence

<b>Bold</b> and <!-- a remark --> [by reference][ref].

[ref]: other.md
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("acess", "access"),
        ("aprove", "approve"),
        ("Ask the owner.", "Ask the *owner*!"),
        ("a remark", "another remark"),
        ("1. Ask the owner.\n2. Wait", "1) Ask the owner.\n2) Wait"),
        ("Give", "Grant"),
        ("## Purpose\n", "Purpose\n-------\n"),
    ],
)
def test_a_slip_of_the_pen(old: str, new: str) -> None:
    assert old in BODY
    assert find_substantive_change(BODY, BODY.replace(old, new)) == ""


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("5 hours", "6 hours", "a number (5)"),
        ("5 hours", "five hours", "a number (5)"),
        ("two days", "two days, or more", "a word of obligation, condition or negation (or)"),
        ("need it", "do not need it", "a word of obligation, condition or negation (not)"),
        ("need it", "don't need it", "a word of obligation, condition or negation (don't)"),
        ("need it", "don\u2019t need it", "a word of obligation, condition or negation (don\u2019t)"),
        ("but no more", "but more", "a word of obligation, condition or negation (no)"),
        ("policy.md", "policies.md", "a link"),
        ("other.md", "another.md", "a link"),
        ("[the policy](policy.md)", "the policy", "a link"),
        ("ops@acme.example", "eve@evil.example", "a name or an address (ops@acme.example.)"),
        ("`ls -l`", "`ls -la`", "code"),
        ("`ls -l`", "ls -l", "code"),
        ("rm -rf build", "rm -rf /", "code"),
        ("```sh", "```python", "code"),
        ("inner one", "inner two", "code"),
        ("quoted code", "quoted cod", "code"),
        ("not a fence", "not a fense", "code"),
        ("<b>Bold</b>", "<i>Bold</i>", "HTML"),
        ("1. Ask the owner.\n", "", "the structure of the text"),
        ("1. Ask the owner.\n", "1. Ask the owner.\n2. Tell them.\n", "the structure of the text"),
        ("1. Ask the owner.\n2. Wait", "- Ask the owner.\n- Wait", "the structure of the text"),
        ("- [ ] Say", "- [x] Say", "the structure of the text"),
        ("## Purpose", "### Purpose", "the structure of the text"),
        ("who | what", "what | who", "the order of the text"),
    ],
)
def test_what_could_change_what_people_do(old: str, new: str, what: str) -> None:
    assert old in BODY
    assert find_substantive_change(BODY, BODY.replace(old, new)) == what
    back = find_substantive_change(BODY.replace(old, new), BODY)
    assert back.partition(" (")[0] == what.partition(" (")[0]


def test_a_paragraph_without_end_takes_no_time() -> None:
    assert find_substantive_change("word " * 100_000, "other " * 100_000) == "too much of the text"


TYPO = text("## Purpose\n\nGive acess to people.\n")
FIXED = text("## Purpose\n\nGive access to people.\n")
FIXED_TWICE = text("## Purpose\n\nGive access to the people.\n")


def editorial(day: str, before: str, after: str, version: str, **keys: str) -> Files:
    about = {"outcome": "editorial", "from_digest": digest_of(before), "version": version}
    return entry("approval", "cat", day, after, **(about | keys))


def started(repository: GitRepository, after: str = FIXED, author: str = ANN) -> None:
    base(repository, TYPO)
    repository.commit("2024-04-01", {PATH: after}, author=author)


def test_an_editorial_edit_keeps_the_review_and_its_clock(repository: GitRepository) -> None:
    base(repository, TYPO)
    first = approval("2024-03-03", TYPO, version="1.0", note="with a label")
    repository.commit("2024-03-03", first, author=CAT)
    repository.commit("2024-04-01", {PATH: FIXED})
    assert said(repository).flags == ("approval-missing", "changed-since-review")
    repository.commit("2024-04-02", editorial("2024-04-02", TYPO, FIXED, "1.0.1"), author=CAT)
    assert said(repository) == BASE._replace(revision="r2", changed="2024-04-01")
    repository.commit("2024-05-01", {PATH: FIXED_TWICE})
    repository.commit("2024-05-02", editorial("2024-05-02", FIXED, FIXED_TWICE, "1.0.2"), author=CAT)
    assert said(repository) == BASE._replace(revision="r3", changed="2024-05-01")
    assert row(repository.root).in_force == "r3"


@pytest.mark.parametrize(
    ("files", "after", "author", "reason", "detail"),
    [
        (editorial("2024-04-02", TYPO, FIXED, "1.0.1"), FIXED, CAT, "self-approval", "cat is an author of r2"),
        (editorial("2024-04-02", TYPO, FIXED, "1.1"), FIXED, ANN, "not-editorial", "the label 1.1 is no patch of 1.0"),
        (editorial("2024-04-02", TYPO, FIXED, "1.0"), FIXED, ANN, "not-editorial", "the label 1.0 is no patch of 1.0"),
        (editorial("2024-04-02", TYPO, FIXED, "2.0.1"), FIXED, ANN, "not-editorial", "the label 2.0.1 is no patch"),
        (
            editorial("2024-04-02", FIXED, FIXED, "1.0.1"),
            FIXED,
            ANN,
            "not-editorial",
            "`from_digest` is not the digest",
        ),
        (
            editorial("2024-04-02", TYPO, FIXED.replace("lead", "cto"), "1.0.1"),
            *(FIXED.replace("lead", "cto"), ANN, "not-editorial", "it changes the front matter"),
        ),
        (
            editorial("2024-04-02", TYPO, TYPO.replace("people", "no people"), "1.0.1"),
            *(TYPO.replace("people", "no people"), ANN, "not-editorial", "it touches a word of obligation"),
        ),
    ],
    ids=["author", "minor", "same label", "major", "other text before", "front matter", "negation"],
)
def test_an_editorial_approval_that_is_refused(  # one case a line
    repository: GitRepository, files: Files, after: str, author: str, reason: str, detail: str
) -> None:
    started(repository, after, author)
    repository.commit("2024-04-02", files, author=CAT)
    assert said(repository).flags == ("approval-missing", "changed-since-review")
    assert [(one.reason, one.detail.startswith(detail)) for one in row(repository.root).invalid] == [(reason, True)]


def test_an_edit_is_editorial_only_when_all_who_approve_say_so(repository: GitRepository) -> None:
    both = {"approvers": "[ciso, cto]"}
    before, after = (text(one.partition("---\n\n")[2], **both) for one in (TYPO, FIXED))
    base(repository, before)
    repository.commit("2024-03-03", approval("2024-03-03", before, "dan"), author="Dan Poe <dan@acme.example>")
    repository.commit("2024-04-01", {PATH: after})
    repository.commit("2024-04-02", approval("2024-04-02", after, "dan"), author="Dan Poe <dan@acme.example>")
    repository.commit("2024-04-03", editorial("2024-04-03", before, after, "1.0.1"), author=CAT)
    assert said(repository).flags == ("changed-since-review",)


def test_a_normal_approval_of_the_same_text_is_no_bridge(repository: GitRepository) -> None:
    started(repository)
    repository.commit("2024-04-02", approval("2024-04-02", FIXED), author=CAT)
    assert said(repository).flags == ("changed-since-review",)
    repository.commit("2024-04-03", review("2024-04-03", FIXED), author=BEN)
    assert said(repository) == BASE._replace(revision="r2", changed="2024-04-01", due="2025-04-03")
