"""Reminders for other programs."""

from sopkit.reminders.formats import RemindFormat
from sopkit.reminders.reminder import Reminder
from sopkit.tables.document import DocumentType, document_json

REMIND = DocumentType(
    "remind",
    "RemindDocument",
    "What `sopkit stale --remind json` and `sopkit train remind -f json` write, sorted by SOP.",
    {"rows": Reminder},
    head_or_null=True,
)
"""The published document."""


JSON = RemindFormat(
    "json",
    "one object for other programs",
    lambda output: document_json(output.document(REMIND, output.reminders)),
)
