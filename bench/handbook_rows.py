"""The measurements of the handbook: what it costs to build, beside makers of sites that show the same SOPs."""

from collections.abc import Callable, Iterator
from functools import partial

from bench import weights
from bench.commands import Effort
from bench.handbooks import CHOSEN, PAGE, again, build, editing, output, sources
from bench.libraries import git
from bench.measure import in_turn, peak
from bench.peers import ELEVENTY, HUGO, MATERIAL, STARLIGHT, ZENSICAL, Peer
from bench.ratios import By, Row, against
from bench.recorded import Size
from bench.sops import path_of
from bench.weights import Weight

MB = 1_000_000


def handbook(effort: Effort) -> Iterator[Row]:
    """o: the handbook, over Hugo with bare templates and no search."""
    size = effort.book
    with editing(sources(size)) as edit, editing(HUGO.sources(size)) as edit_theirs:
        contestants = (
            build(size),
            again(size, edit),
            again(size, partial(_commit, size, edit)),
            HUGO.build(size),
            HUGO.build(size, "--config", "hugo.toml,dated.toml"),
            HUGO.again(size, edit_theirs),
        )
        whole, edited, committed, bare, dated, bare_edited = in_turn([[one] for one in contestants], effort.runs)
    yield against("o", f"build of {size} / {HUGO} without search, history", whole, bare, 1, By.CLOCK)
    yield against("o", f"build of {size} / {HUGO} without search, with git dates", whole, dated, None, By.CLOCK)
    yield against("o", f"one edit, {size.sops:,} SOPs / build from nothing", edited, whole, 0.4, By.CLOCK)
    yield against("o", f"one edit, {size.sops:,} SOPs, committed / as before", committed, whole, 0.4, By.CLOCK)
    yield against("o", f"one edit, {size.sops:,} SOPs / {HUGO}", edited, bare_edited, None, By.CLOCK)
    yield from _memory(size)
    yield from _weights(size)


def growth(effort: Effort) -> Iterator[Row]:
    """p: the handbook of a larger library."""
    small, large = effort.book, effort.shelf
    contestants = [[build(small)], [build(large)], [HUGO.build(large)]]
    few, many, hugo = in_turn(contestants, max(1, effort.runs // 2))
    bar = large.sops / small.sops * 1.2
    yield against("p", f"build of {large} / of {small.sops:,}", many, few, bar, By.CLOCK)
    yield against("p", f"build of {large} / {HUGO} without search, history", many, hugo, None, By.CLOCK)


def eleventy(effort: Effort) -> Iterator[Row]:
    """q: the handbook over Eleventy with a bare template."""
    yield from _beside("q", effort.book, ELEVENTY, "without search, history", None, effort.runs)
    with editing(sources(effort.book)) as edit, editing(ELEVENTY.sources(effort.book)) as their_edit:
        # Not with --incremental=FILE, by which a command that has built nothing yet fails in this version.
        contestants = [[again(effort.book, edit)], [ELEVENTY.again(effort.book, their_edit)]]
        ours, theirs = in_turn(contestants, effort.runs)
        yield against("q", f"one edit, {effort.book.sops:,} SOPs / {ELEVENTY}", ours, theirs, None, By.CLOCK)


def material(effort: Effort) -> Iterator[Row]:
    """r: the handbook over MkDocs Material."""
    yield from _beside("r", effort.book, MATERIAL, "with git dates", 0.1)


def zensical(effort: Effort) -> Iterator[Row]:
    """s: the handbook over Zensical."""
    yield from _beside("s", effort.book, ZENSICAL, "without history", None)


def starlight(effort: Effort) -> Iterator[Row]:
    """t: the handbook over Starlight."""
    yield from _beside("t", effort.book, STARLIGHT, "without history", None)


def _commit(size: Size, edit: Callable[[], None]) -> None:
    edit()
    git(sources(size), "commit", "-q", "-a", "-m", "Edit one SOP")


def _memory(size: Size) -> Iterator[Row]:
    ours, hugo = peak(build(size)), peak(HUGO.build(size))
    yield _within(f"most memory, build of {size}", ours, 200 * MB, By.MEMORY)
    ratio = {By.MEMORY: ours / hugo}
    yield Row("o", f"most memory / {HUGO}", _megabytes(ours), _megabytes(hugo), ratio, None, By.MEMORY)


def _weights(size: Size) -> Iterator[Row]:
    folder = output(size)
    whole, page = weights.site(folder), weights.page(folder, PAGE)
    yield _within(f"output, {whole.count:,} files", whole.size, 25 * MB, By.SIZE)
    yield _within("a page with its assets", page.size, 40_000, By.SIZE)
    yield Row("o", "requests of a page", str(page.count), "4", {By.COUNT: page.count / 4}, 1, By.COUNT)


def _beside(key: str, size: Size, peer: Peer, how: str, bar: float | None, runs: int = 1) -> Iterator[Row]:
    """The build, the output and a page, over those of another maker."""
    ours, theirs = in_turn([[build(size)], [peer.build(size)]], runs)
    yield against(key, f"build of {size} / {peer} {how}", ours, theirs, bar, By.CLOCK)
    theirs_at = peer.output(size)
    their_page = f"{path_of(CHOSEN).removeprefix('sops/').removesuffix('.md')}/index.html"
    weighed = (
        ("output", weights.site(output(size)), weights.site(theirs_at)),
        ("a page with its assets", weights.page(output(size), PAGE), weights.page(theirs_at, their_page)),
    )
    for what, our, other in weighed:
        ratios = {By.SIZE: our.size / other.size, By.COUNT: our.count / other.count}
        yield Row(key, f"{what} / {peer}", _weight(our), _weight(other), ratios, None, By.SIZE)


def _within(what: str, ours: int, most: int, by: By) -> Row:
    told = _megabytes if most >= MB else _kilobytes
    return Row("o", f"{what} / {told(most)}", told(ours), told(most), {by: ours / most}, 1, by)


def _weight(weight: Weight) -> str:
    told = _megabytes(weight.size) if weight.size >= MB else _kilobytes(weight.size)
    return f"{told} in {weight.count:,}"


def _megabytes(size: int) -> str:
    return f"{size / MB:.1f} MB"


def _kilobytes(size: int) -> str:
    return f"{size / 1000:.1f} kB"
