"""The engine of the search, as it ships."""

import pytest
from tests.handbook.search.conftest import Ask

from sopkit.handbook.search.passages import fold, split_words, stems_of

pytestmark = pytest.mark.slow

RANK = "(query) => sopkitSearch.rank(query).found.map(({ doc }) => sopkitSearch.index.ids[doc])"
PASSAGES = """([id, query, most]) => sopkitSearch.passages(id, sopkitSearch.wanted(query), most)
  .map(({ anchor, name, pieces }) => [anchor, name, pieces.filter((_, at) => at % 2)])"""


def test_both_sides_make_the_same_stems(ask: Ask) -> None:
    words = [
        "approvals",
        "notification",
        "logging",
        "policies",
        "Zugänge",
        "straße",
        "used",
        "string",
        "the",
        "patches",
    ]
    stems = stems_of("en")
    wanted = [[stems[word]] if stems[word] else [] for word in map(fold, words)]
    assert ask("(words) => words.map((word) => sopkitSearch.stems(sopkitSearch.fold(word)))", words) == wanted


def test_both_sides_cut_the_same_words(ask: Ask) -> None:
    text = "Zugänge prüfen, 数据备份 v2: re-set SHA-256 naïve_approach"
    assert ask("(text) => sopkitSearch.tokens(text)", text) == [fold(word) for word in split_words(text)]


def test_a_line_that_several_sops_have_is_put_back_into_the_text(ask: Ask) -> None:
    shown = """(lines) => {
      const at = sopkitSearch.index.phrases.push("Ask the owner first") - 1;
      sopkitSearch.words("T-1", [["", "", [at, ...lines]]]);
      return sopkitSearch.passages("T-1", sopkitSearch.wanted("owner"), 1)[0].pieces.join("");
    }"""
    assert ask(shown, ["Then read the log.", "Sign."]) == "Ask the owner first · Then read the log. Sign."


@pytest.mark.parametrize("typed", ["A.8.13", "a8.13", "a.8.13 ", "A 8 13", "8.13", "(8.13)"])
def test_every_spelling_of_a_control_finds_the_same(typed: str, ask: Ask) -> None:
    assert ask(RANK, typed) == ask(RANK, "A.8.13 ")


@pytest.mark.parametrize("typed", ["AC-001", "ac 001", "ac001", "AC001", "ac-1", "sop ac-001"])
def test_every_spelling_of_an_id_finds_it_first(typed: str, ask: Ask) -> None:
    assert ask(RANK, typed)[0] == "AC-001"


def test_an_id_that_is_being_typed_finds_all_that_begin_so(ask: Ask) -> None:
    assert sorted(ask(RANK, "ih-0")[:3]) == ["IH-001", "IH-002", "IH-003"]
    assert "BK-001" in ask(RANK, "A.8.1")


def test_the_last_word_may_go_on_unless_a_space_ends_it(ask: Ask) -> None:
    assert "AM-001" in ask(RANK, "lap")
    assert ask(RANK, "lap ") == []


def test_all_words_are_wanted_where_an_sop_has_them_all(ask: Ask) -> None:
    assert ask("(query) => sopkitSearch.rank(query).whole", "laptop lost")
    assert not ask("(query) => sopkitSearch.rank(query).whole", "laptop xyzzyq")


def test_nothing_typed_lists_everything_in_the_order_of_the_ids(ask: Ask) -> None:
    everything = ask(RANK, " ")
    assert everything == sorted(everything)
    assert len(set(everything)) == 16


@pytest.mark.parametrize("typed", ["xyzzyq", "?!", "\\", "𝔘", "<script>alert(1)</script>", "a" * 5000])
def test_anything_may_be_typed(typed: str, ask: Ask) -> None:
    assert isinstance(ask(RANK, typed), list)


def test_a_passage_is_linked_by_its_step_with_the_words_marked(ask: Ask) -> None:
    assert ask(PASSAGES, ["AM-001", "lost notebook", 1]) == [["step-7", "#7", ["laptop", "Laptop", "Lost"]]]


def test_a_control_is_marked_where_a_step_names_it(ask: Ask) -> None:
    assert ask(PASSAGES, ["BK-001", "8.13", 1]) == [["step-2", "#2", ["A.8.13"]]]


def test_a_snippet_begins_and_ends_at_whole_words(ask: Ask) -> None:
    pieces = "(query) => sopkitSearch.passages('IH-001', sopkitSearch.wanted(query), 1)[0].pieces.join('')"
    assert ask(pieces, "ransom") == (
        '… SEV1 lasts longer than 4 hours, or a ransom is asked · CEO · PagerDuty service "Executives" · The data '
        "protection officer or the legal counsel does not answer for 2 …"
    )


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("8.13", "A.8.13 Information backup"),
        ("cc9.2", "CC9.2 Vendor and partner risk"),
        ("restore ver", "Restore verifier"),
        ("CISO", "Chief information security officer"),
        ("notebook", "laptop"),
        ("access control policy", "POL-02 Access control policy"),
    ],
)
def test_roles_controls_policies_and_terms_are_offered_by_name(typed: str, name: str, ask: Ask) -> None:
    assert name in ask("(typed) => sopkitSearch.places(typed, 3).map((place) => place.name)", typed)
