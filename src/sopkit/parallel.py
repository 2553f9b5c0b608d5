"""Spread work on many items over all processors."""

import os
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread(work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item], least: int) -> list[Result]:
    """The results of `work` on all items, in order; in one process when there are fewer than `least` items.

    The other processes are forks of this one: they have all that is loaded, and give back only results.
    """
    count = min(processors(), max(len(items) // max(least // 2, 1), 1))
    if len(items) < least or count < 2:  # noqa: PLR2004 - one process is this one
        return work(items)
    import multiprocessing  # 15 ms, only for large libraries

    context = multiprocessing.get_context("fork")
    size = -(-len(items) // count)
    chunks = [items[at : at + size] for at in range(0, len(items), size)]
    running = []
    for chunk in chunks[1:]:
        mine, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_send_results, args=(theirs, work, chunk), daemon=True)
        process.start()
        theirs.close()
        running.append((process, mine))
    results = work(chunks[0])
    for process, answers in running:
        try:
            answer = answers.recv()
        except EOFError:
            answer = RuntimeError("a process that shared the work ended without an answer")
        process.join()
        if isinstance(answer, BaseException):
            raise answer
        results += answer
    return results


def _send_results(answers: "Connection", work: Callable[[Sequence[Item]], list[Result]], chunk: Sequence[Item]) -> None:
    try:
        answers.send(work(chunk))
    except BaseException as error:  # noqa: BLE001 - it is raised again in the process that asked
        answers.send(error)


def processors() -> int:
    """How many processors this process may use; 1 where it cannot fork, or must not because it has threads."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
