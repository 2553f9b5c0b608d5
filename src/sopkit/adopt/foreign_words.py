"""Words of headings and labels in German, French and Spanish."""

FOREIGN_SECTIONS: dict[str, str] = {
    "Purpose": (
        r"^(?:zweck|ziele?|zielsetzung|einleitung|einführung|hintergrund|überblick|kurzbeschreibung)\b|^warum\b"
        r"|^but$|^(?:objet|objectifs?|finalité|contexte|introduction|présentation|pourquoi)\b"
        r"|^(?:objetivos?|propósito|finalidad|introducción|antecedentes|resumen|por qué)\b"
    ),
    "Scope": (
        r"geltungsbereich|anwendungsbereich|^abgrenzung\b|^(?:portée|périmètre)\b|^(?:champ|domaine) d application\b"
        r"|^(?:alcance|ámbito)\b"
    ),
    "Roles": (
        r"^(?:rollen?|zuständig|verantwort|ansprechpartner)|^wer (?:macht|ist|darf)\b"
        r"|^rôles?\b|^(?:responsables?|responsabilités?|acteurs)\b|^qui (?:fait|est)\b"
        r"|^(?:roles y|responsabilidad|responsables)"
    ),
    "Inputs": (
        r"^(?:voraussetzung|vorbedingung|vorbereitung|benötigte?s?\b)|^vor (?:dem|der) (?:start|beginn|durchführung)\b"
        r"|^(?:pré ?requis|prérequis|conditions préalables|matériel)\b|^avant de commencer\b"
        r"|^(?:requisitos|prerrequisitos|condiciones previas)\b|^antes de (?:empezar|comenzar)\b"
    ),
    "Triggers": r"^(?:auslöser|anlass|wann\b)|^(?:déclencheurs?|quand)\b|^(?:desencadenantes|disparadores|cuándo)\b",
    "Metrics": r"^(?:kennzahlen|messgrößen)\b|^(?:indicateurs|mesures)\b|^(?:indicadores|métricas)\b",
    "Escalation": r"^eskalation|^(?:escalade|remontée)\b|^(?:escalamiento|escalado)\b",
    "Rollback": r"^(?:rückfall|rückbau|zurückrollen)|^retour (?:en )?arrière\b|^(?:reversión|marcha atrás)\b",
    "Feedback": r"^(?:rückmeldung|verbesserung)|^(?:retours? d expérience|amélioration)\b|^(?:mejora|lecciones)\b",
    "References": (
        r"^(?:referenzen|verweise|quellen|anhänge?|anlagen?|literatur|weiterführende|verwandte|zugehörige)\b"
        r"|^mitgeltende\b|^siehe auch\b"
        r"|^(?:références?|annexes?|liens|bibliographie)\b|^documents? (?:associés?|liés?|de référence)\b|^voir aussi\b"
        r"|^(?:referencias|anexos?|enlaces)\b|^documentos relacionados\b|^ver también\b"
    ),
}
"""Section to what the words of a heading that means it look like."""
FOREIGN_SECTIONS_WITHOUT_STEPS: dict[str, str] = {
    "Definitions": (
        r"^(?:begriffe|definition|glossar|abkürzungen)|^was (?:ist|sind|bedeutet)\b"
        r"|^(?:définitions?|glossaire|abréviations|termes|terminologie)\b|^qu est ce\b"
        r"|^(?:definiciones|glosario|términos|siglas)\b|^qué es\b"
    ),
    "Records": (
        r"^(?:aufzeichnung|nachweis|aufbewahrung|dokumentation$)"
        r"|^(?:enregistrements?|preuves|archivage|traçabilité)\b|^(?:registros|evidencias)\b"
    ),
    "Exceptions": r"^(?:ausnahmen?|sonderfälle)\b|^(?:dérogations?|cas particuliers)\b|^excepciones\b",
    "Outputs": r"^(?:ergebnisse?|ausgaben)\b|^(?:résultats?|livrables)\b|^(?:resultados|entregables)\b",
}
"""Sections that hold no steps."""
FOREIGN_PROCEDURE = (
    r"\b(?:ablauf|vorgehen|vorgehensweise|durchführung|verfahren|schritte|arbeitsschritte|prozessschritte|checkliste)\b"
    r"|\b(?:procédures?|étapes|déroulement|marche à suivre|mode opératoire|liste de contrôle)\b"
    r"|\b(?:procedimientos?|pasos|instrucciones|lista de verificación)\b"
)
"""What the words of a heading of the procedure look like."""
FOREIGN_NON_SECTIONS = (
    r"(?:änderungs|versions|dokument|dokumenten|revisions)(?:historie|verlauf|verzeichnis|lenkung)|änderungen|freigaben?"
    r"|inhaltsverzeichnis|inhalt|historique(?: des (?:versions|révisions|modifications))?"
    r"|suivi des (?:versions|révisions)"
    r"|(?:table des matières|sommaire)|approbations?|historial(?: de (?:versiones|cambios|revisiones))?"
    r"|control de (?:versiones|cambios)|aprobación|índice"
)
"""Headings of text that is about the document."""
FOREIGN_LABELS: dict[str, tuple[str, ...]] = {
    "title": ("titel", "titre", "título"),
    "id": ("dokumentnummer", "dokumenten id", "dokument id", "numéro de document", "référence", "código"),
    "owner": (
        "verantwortlich", "verantwortlicher", "verantwortliche", "verantwortliche rolle", "eigentümer",
        "dokumentverantwortlicher", "prozessverantwortlicher", "responsable", "propriétaire", "pilote", "propietario",
    ),
    "approvers": (
        "freigegeben durch", "freigegeben von", "genehmigt durch", "genehmigt von", "freigabe durch",
        "approuvé par", "validé par", "approbateur", "aprobado por",
    ),
    "contributors": (
        "erstellt von", "erstellt durch", "autor", "autoren", "verfasser", "rédigé par", "auteur", "auteurs",
        "rédacteur", "elaborado por",
    ),
    "version": ("fassung", "révision", "versión", "revisión"),
    "classification": (
        "klassifizierung", "klassifikation", "vertraulichkeit", "vertraulichkeitsstufe", "schutzklasse",
        "confidentialité", "niveau de confidentialité", "clasificación", "confidencialidad",
    ),
    "review_every": (
        "prüfintervall", "prüfzyklus", "überprüfungsintervall", "fréquence de révision", "périodicité de révision",
    ),
    "reviewed": ("zuletzt geprüft", "letzte überprüfung", "letzte prüfung", "dernière revue", "última revisión"),
    "next_review": (
        "nächste überprüfung", "nächste prüfung", "nächster review", "prochaine revue", "prochaine révision",
        "próxima revisión",
    ),
    "updated": (
        "letzte aktualisierung", "zuletzt aktualisiert", "letzte änderung", "zuletzt geändert", "stand",
        "dernière mise à jour", "mise à jour", "dernière maj", "dernière modification", "última actualización",
    ),
    "effective": (
        "gültig ab", "gültig seit", "in kraft seit", "date d application", "date d entrée en vigueur",
        "en vigueur depuis", "vigente desde", "fecha de vigencia",
    ),
    "language": ("sprache", "langue", "idioma"),
    "summary": ("beschreibung", "zusammenfassung", "résumé", "descripción"),
}  # fmt: skip
"""Key of ours to the words of labels."""
FOREIGN_CLASSES: dict[str, str] = {
    "restricted": r"streng vertraulich|geheim|strictement confidentiel|diffusion restreinte|restreint|restringido",
    "confidential": r"vertraulich|confidentiel(?:le)?|confidencial",
    "internal": r"intern|interne|usage interne|nur intern|interna?o?|uso interno",
    "public": r"öffentlich|publique?|público",
}
"""Class to the words that name it."""
