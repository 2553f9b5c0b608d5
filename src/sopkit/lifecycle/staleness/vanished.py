"""SOPs that people signed for and that are no longer there: nobody let them go, so that their absence is told."""

from collections.abc import Iterator

from sopkit.lifecycle.judged import Judged


def vanished(judged: Judged) -> Iterator[str]:
    """A sentence for each id that has entries, was not retired by one, and has no file in the judged commit."""
    for name, ledger in judged.ledgers.items():
        past = judged.pasts.by_key.get((name, ""))
        if past is None:
            yield f"{name} has entries, and no file that `[library] sops` names ever had that id: not judged"
        elif not past.paths and any(one.counts for one in ledger.verdicts) and not ledger.retired:
            gone = next(event.commit for event in reversed(past.events) if event.what == "removed")
            commit, day = judged.history.commits[gone], judged.history.landings[gone].day
            yield (
                f"{name} has no file since {day} ({commit.author_name}, commit {commit.oid[:12]}) and was not retired: "
                f"not judged; put it back, or see sopkit history {name}"
            )
