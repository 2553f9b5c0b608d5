"""A small whole quiz; a test states what differs."""

QUIZ = """\
sop: AC-001
for_version: ">=1.0 <2.0"
pass_mark: 75
attempts: 2
questions:
  - id: unapproved
    step: "3"
    type: scenario
    critical: true
    stem: |
      A manager asks you on the phone for access.

      Nobody has approved it. What do you do?
    options:
      - {text: Grant it, why: Without an approval nobody may.}
      - {text: Wait for the approval, correct: true}
      - {text: Grant it for one day only and open the ticket yourself, why: Also a short access needs approval.}
    explain: Step 2 comes before step 3.
  - id: who
    step: "2"
    type: multi
    stem: Who is part of it?
    options:
      - {text: Asset owner, correct: true}
      - {text: Line manager, correct: true}
      - {text: Auditor, why: Reads the tickets later.}
  - id: sequence
    step: "1"
    type: order
    stem: In which order?
    options: [{text: Ask}, {text: Approve}, {text: Grant}]
  - id: hours
    limit: grant
    type: number
    stem: How long may it take?
    answer: 4
    tolerance: 0.5
    unit: hours
"""
"""Fits the complete SOP of `tests.build`."""
