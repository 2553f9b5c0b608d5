"""Prints how much of each document of the corpus is mapped: `python -m tests.adopt.table [-v]`."""

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.adopt.adopting import adopted, expectations, sections, steps, words
from tests.adopt.test_metadata_corpus import judge


def main() -> None:
    told = "-v" in sys.argv[1:]
    with TemporaryDirectory() as folder:
        results = adopted(Path(folder))
    print("      sections  steps  metadata  words lost")
    means = [0.0, 0.0, 0.0]
    for name, (draft, sop) in results.items():
        scores = (sections(expectations()[name], draft, sop), steps(expectations()[name], sop))
        lost = Counter(words(draft.before)) - Counter(words(draft.after))
        metadata, _ = judge(name)
        means[2] += metadata / len(results)
        print(f"{name:4}  {scores[0].value:8.3f}  {scores[1].value:5.3f}  {metadata:8.3f}  {sum(lost.values())}")
        for at, score in enumerate(scores):
            means[at] += score.value / len(results)
            for line in score.lost if told else ():
                print(f"        {('section', 'step')[at]} {line}")
    print(f"mean  {means[0]:8.3f}  {means[1]:5.3f}  {means[2]:8.3f}")


if __name__ == "__main__":
    main()
