"""The rules about wording in German: where each fires and where not, and how the language is chosen."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

GERMAN = "---\nlanguage: de-CH\n---\n\n"


@pytest.mark.parametrize(
    "step",
    [
        "Sperren Sie das Konto.",
        "Konto sperren.",
        "Das Konto in Okta sperren (binnen 4 Stunden).",
        "Sperre das Konto.",
        "Sichere die Platte.",
        "Melden Sie den Benutzer ab.",
        "Den Benutzer abmelden, sobald er das Haus verlassen hat.",
        "Das Konto ist zu sperren.",
        "Ein neues Gerät ist anzulegen.",
        "Bitte den Laptop zurücknehmen.",
        "Anschließend das Postfach übergeben.",
        "Nicht löschen!",
        "ÄNDERN SIE DAS KENNWORT.",
        "Öffnen Sie die Übersicht.",
        "Im Portal auf Speichern klicken.",
        "Wenn die Person wechselt, alte Gruppen entfernen.",
        "Sollte der Test scheitern, den Anbieter anrufen.",
        "Ist das Konto gesperrt?",
        "Welche Konten sind betroffen",
        "Die IT sperrt das Konto.",
        "Die Personalabteilung meldet den Austritt.",
        "IT: Konto sperren.",
        "**IT operations**: sperrt das Konto.",
        "Prüfung: Protokolle mit der Liste vergleichen.",
        "`okta users suspend`",
    ],
)
def test_german_steps_that_open_well(step: str, tmp_path: Path) -> None:
    procedure = f"## Procedure\n\n1. Konto öffnen.\n2. Liste lesen.\n3. {step}\n"
    assert found(tmp_path, "SOP204", GERMAN + procedure) == []


@pytest.mark.parametrize(
    "step",
    [
        "Sperrung des Kontos.",
        "Sperren der Konten.",
        "Regelmäßiges Prüfen der Konten.",
        "Konto gesperrt.",
        "Deaktivierung und Übergabe.",
        "Bei Anfragen der Kunden.",
        "Die Konten.",
        "Das Konto ist gesperrt.",
    ],
)
def test_german_steps_that_name_a_topic(step: str, tmp_path: Path) -> None:
    procedure = f"## Procedure\n\n1. Konto öffnen.\n2. Liste lesen.\n3. {step}\n"
    assert found(tmp_path, "SOP204", GERMAN + procedure) == [step]


@pytest.mark.parametrize(
    ("code", "step", "words"),
    [
        ("SOP205", "Konto " + "sehr " * 40 + "sperren.", ["Konto " + "sehr " * 40 + "sperren."]),
        ("SOP205", "Konto sperren.", []),
        ("SOP206", "Konto sperren und Sitzungen beenden.", ["Konto sperren und Sitzungen beenden."]),
        (
            "SOP206",
            "Sperren Sie das Konto und beenden Sie die Sitzungen.",
            ["Sperren Sie das Konto und beenden Sie die Sitzungen."],
        ),
        ("SOP206", "Antrag prüfen und genehmigen.", []),
        ("SOP206", "Konten und Sitzungen beenden.", []),
        ("SOP207", "Laptop gegebenenfalls löschen.", ["gegebenenfalls"]),
        ("SOP207", "Laptop ggf. löschen.", ["ggf."]),
        ("SOP207", "Laptop FALLS NÖTIG löschen.", ["FALLS NÖTIG"]),
        ("SOP207", "Bei Bedarf an Speicher erweitern.", []),
        ("SOP207", "Laptop löschen, wenn er Kundendaten trug.", []),
        ("SOP208", "Konto zeitnah sperren.", ["zeitnah"]),
        ("SOP208", "In regelmäßigen Abständen prüfen.", ["In regelmäßigen Abständen"]),
        ("SOP208", "REGELMÄSSIG und regelmäßig prüfen.", ["regelmäßig"]),
        ("SOP208", "Konto innerhalb von 4 Stunden sperren.", []),
        ("SOP208", "Die Behörde unverzüglich benachrichtigen.", []),
        ("SOP209", "Das Konto sollte gesperrt werden.", ["sollte"]),
        ("SOP209", "Vorgesetzte sollten den Antrag prüfen.", ["sollten"]),
        ("SOP209", "Nach Möglichkeit den Anbieter anrufen.", ["Nach Möglichkeit"]),
        ("SOP209", "Sie sollten jetzt eine Meldung sehen.", []),
        ("SOP209", "Die Liste sollte leer sein.", []),
        ("SOP209", "Sollte der Test scheitern, den Anbieter anrufen.", []),
        ("SOP209", "Entscheiden, welche Rechte bleiben sollten.", []),
        ("SOP311", "Konto sperren und/oder löschen.", ["und/oder"]),
        ("SOP311", "Konto nicht löschen, es sei denn, es wird nicht gebraucht.", ["es sei denn"]),
        ("SOP311", "Konto löschen, es sei denn, es wird nicht gebraucht.", []),
    ],
)
def test_wording(code: str, step: str, words: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, code, f"{GERMAN}## Procedure\n\n1. {step}\n") == words


@pytest.mark.parametrize(
    ("step", "mended"),
    [
        ("Das Konto sollte gesperrt werden.", "Das Konto muss gesperrt werden."),
        ("Das Konto sollte nicht gelöscht werden.", "Das Konto darf nicht gelöscht werden."),
        ("Konten sollten niemals gelöscht werden.", "Konten sollten niemals gelöscht werden."),
    ],
)
def test_the_fix_of_a_weak_obligation(step: str, mended: str, tmp_path: Path) -> None:
    text = complete(f"{GERMAN}## Procedure\n\n1. {step}\n").encode()
    [finding] = lint(library(tmp_path, {PATH: text}), LintOptions(select=("SOP209",))).findings
    for edit in finding.fix.edits if finding.fix else ():
        text = text[: edit.start] + edit.text.encode() + text[edit.end :]
    assert text.decode() == complete(f"{GERMAN}## Procedure\n\n1. {mended}\n")


@pytest.mark.parametrize(
    ("own", "of_library", "codes"),
    [
        ("", "de", ["SOP208"]),
        ("de", "en", ["SOP208"]),
        ("en", "de", ["SOP207"]),
        ("", "", ["SOP207"]),
        ("", "fr", []),
        ("nl-BE", "de", []),
    ],
)
def test_the_language_is_that_of_the_sop_else_of_the_library(
    own: str, of_library: str, codes: list[str], tmp_path: Path
) -> None:
    text = complete(
        f"---\nlanguage: {own or '~'}\n---\n\n## Procedure\n\n1. Konto zeitnah sperren, if needed.\n"
    ).encode()
    toml = f'[library]\nname = "Acme"\nframeworks = ["iso27001-2022"]\nlanguage = "{of_library}"\n'
    made = library(tmp_path, {PATH: text, "sopkit.toml": toml.encode()})
    findings = lint(made, LintOptions(select=("SOP207", "SOP208"))).findings
    assert [finding.code for finding in findings] == codes


def test_a_long_line_of_parentheses_is_judged_in_no_time(tmp_path: Path) -> None:
    step = "(a) " * 20_000 + "Konten"
    assert found(tmp_path, "SOP204", f"{GERMAN}## Procedure\n\n1. {step}\n") == [step]
