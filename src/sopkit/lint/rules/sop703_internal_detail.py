"""SOP703: An SOP whose classification is public names no private address, internal host or cloud account."""

import re
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.yaml import rewrite_scalar

_ADDRESS = re.compile(
    rb"(?<![\w.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?:/\d{1,2})?(?!\w|\.\d)"
)
_HOST = re.compile(
    rb"(?<![\w.-])(?:(?:[a-z0-9][a-z0-9-]{0,62}\.){1,8}(?:internal|corp|lan|intranet|intra)"
    rb"|(?:[a-z0-9][a-z0-9-]{0,62}\.){2,8}local)(?![\w-]|\.\w)",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    rb"\barn:aws[a-z-]{0,8}:[a-z0-9-]{1,40}:[a-z0-9-]{0,30}:(\d{12}):"
    rb"|\b(\d{12})\.dkr\.ecr\."
    rb"|\baccount(?:[ _-]?id)?[ :=#`\"']{1,4}(\d{12}|\d{4}-\d{4}-\d{4})\b"
    rb"|/subscriptions/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\w[ \t]v?\d{1,5}(?:\.\d{1,5}){1,2}[ \t]*$")
_WHOLE_RANGES = frozenset({b"10.0.0.0/8", b"172.16.0.0/12", b"192.168.0.0/16"})
_EVERYWHERE = (b".docker.internal", b"metadata.google.internal", b"kubernetes.default.svc.cluster.local")
_SAMPLES = frozenset({b"123456789012", b"111122223333", b"444455556666", b"777788889999"})
_MAX_OCTET = 255
_WHERE = "a public SOP; say where it is kept instead, or make the SOP internal"


@rule(
    "SOP703",
    severity=Severity.ERROR,
    fix=FixClass.SUGGESTION,
    bad="""
        ---
        classification: public
        ---
        ## Inputs

        - A session on the bastion host 10.20.0.5.
        """,
    good="""
        ---
        classification: public
        ---
        ## Inputs

        - A session on the bastion host, which the network plan names.
        """,
)
def internal_detail(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """An SOP whose classification is public names no private address, internal host or cloud account.

    Found are addresses of RFC 1918, names under `.internal`, `.corp`, `.lan`, `.intranet`, `.intra` and `.local`, and
    ids of AWS accounts and Azure subscriptions; numbers of the vendors' own examples are left alone.

    Why: what is published tells an attacker where to go once inside.
    Mend: say what it is and where its address is kept. `--fix --unsafe` makes the SOP `classification: internal`
    instead.
    """
    if sop.text("classification") != "public":
        return
    fix = rewrite_scalar(sop.source, sop.place("classification"), "public", "internal")
    data = sop.source.data
    for match in _ADDRESS.finditer(data):
        octets = match[0].partition(b"/")[0].split(b".")
        known = match[0] in _WHOLE_RANGES or any(int(octet) > _MAX_OCTET for octet in octets)
        line = sop.source.line_of(match.start())
        around = (sop.source.line_text(near) for near in (line - 1, line + 1) if near > 0)
        if not known and not any(map(_VERSION.search, around)):  # `nginx 1.25.3`, `agent 10.11.0.3`
            yield sop.finding(match.span(), f"private address `{match[0].decode()}` in {_WHERE}", fix=fix)
    for match in _HOST.finditer(data):
        if not match[0].lower().endswith(_EVERYWHERE) and b"example" not in match[0].lower():
            yield sop.finding(match.span(), f"internal host `{match[0].decode()}` in {_WHERE}", fix=fix)
    for match in _ACCOUNT.finditer(data):
        group = match.lastindex or 0
        number = match[group].replace(b"-", b"")
        if number not in _SAMPLES and len(set(number)) > 1:
            yield sop.finding(match.span(group), f"id of a cloud account in {_WHERE}", fix=fix)
