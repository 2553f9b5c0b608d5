"""What the generated SOPs are about: six subjects with their systems, records, controls and register rows."""

from dataclasses import dataclass

AS_OF = "2026-11-24"
"""The day on which the generated libraries are judged."""

ROLES = (
    ("ciso", "Chief information security officer", "cat"),
    ("cto", "Chief technology officer", "ben"),
    ("dpo", "Data protection officer", "ivy"),
    ("head-of-platform", "Head of platform", "devika"),
    ("it-operations-lead", "IT operations lead", "elias"),
    ("it-operations", "IT operations", "marek"),
    ("security-engineer", "Security engineer", "hana"),
    ("platform-engineer", "Platform engineer", "ian"),
    ("system-owner", "System owner", "kira"),
    ("line-manager", "Line manager", "nia"),
    ("people-partner", "People partner", "fay"),
    ("incident-commander", "Incident commander", "oliver"),
    ("vendor-owner", "Vendor owner", "petra"),
    ("release-manager", "Release manager", "quinn"),
    ("customer-success-lead", "Customer success lead", "rosa"),
    ("legal-counsel", "Legal counsel", "gustav"),
)
WRITERS = ("Wim", "Xenia", "Yara", "Zoe")
"""People without a role, so that nobody approves an own text."""
TITLES = {role: title for role, title, _ in ROLES}
VENDORS = (
    ("aws", "Amazon Web Services"),
    ("okta", "Okta"),
    ("github", "GitHub"),
    ("datadog", "Datadog"),
    ("pagerduty", "PagerDuty"),
    ("atlassian", "Atlassian (Jira)"),
    ("onepassword", "1Password"),
    ("kandji", "Kandji"),
)
ASSETS = (
    ("okta", "Okta", "it-operations-lead", "okta"),
    ("github", "GitHub", "head-of-platform", "github"),
    ("aws-production", "AWS production", "head-of-platform", "aws"),
    ("customer-database", "Customer database", "head-of-platform", "aws"),
    ("backup-vault", "Backup vault", "head-of-platform", "aws"),
    ("laptops", "Laptops", "it-operations-lead", "kandji"),
    ("datadog", "Datadog", "security-engineer", "datadog"),
    ("jira", "Jira", "it-operations-lead", "atlassian"),
)
TEAMS = (
    "the Berlin office", "the Lisbon office", "the data team", "the payments team", "the search team",
    "the support team", "contractors", "the mobile team", "the finance team", "the sandbox accounts",
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """One area of a library and what its procedures handle."""

    area: str
    prefix: str
    policy: tuple[str, str]
    owner: str
    actors: tuple[str, ...]
    verbs: tuple[str, ...]
    objects: tuple[str, ...]
    systems: tuple[str, ...]
    records: tuple[tuple[str, str], ...]
    controls: tuple[tuple[str, str], ...]
    assets: tuple[str, ...]
    vendors: tuple[str, ...]
    harm: str


SUBJECTS = (
    Subject(
        "access-control", "AC", ("POL-02", "Access control policy"), "it-operations-lead",
        ("it-operations", "system-owner", "security-engineer", "line-manager"),
        ("Grant", "Review", "Remove", "Renew", "Transfer"),
        ("access rights", "privileged rights", "service accounts", "guest accounts", "shared credentials"),
        ("Okta", "GitHub", "AWS IAM Identity Center", "1Password"),
        (("access-ticket", "Access ticket"), ("okta-log-extract", "Okta log extract")),
        (("A.5.15", "Access control"), ("A.5.16", "Identity management"), ("A.5.18", "Access rights"),
         ("A.8.2", "Privileged access rights"), ("A.8.5", "Secure authentication")),
        ("okta", "github"), ("okta", "github"), "somebody keeps a right that the work no longer needs",
    ),
    Subject(
        "asset-management", "AM", ("POL-03", "Asset and data handling policy"), "it-operations-lead",
        ("it-operations", "it-operations-lead", "line-manager", "people-partner"),
        ("Issue", "Return", "Repair", "Dispose of", "Count"),
        ("laptops", "phones", "security keys", "storage media", "meeting-room devices"),
        ("Kandji", "the asset register", "Jira", "the store room list"),
        (("asset-record", "Asset record"), ("wipe-certificate", "Wipe certificate")),
        (("A.5.9", "Inventory of information and other associated assets"), ("A.5.11", "Return of assets"),
         ("A.7.10", "Storage media"), ("A.7.14", "Secure disposal or re-use of equipment"),
         ("A.8.1", "User end point devices")),
        ("laptops", "jira"), ("kandji", "atlassian"), "a device with company data is lost and nobody knows",
    ),
    Subject(
        "change-management", "CM", ("POL-04", "Development and change policy"), "head-of-platform",
        ("platform-engineer", "release-manager", "security-engineer", "head-of-platform"),
        ("Change", "Release", "Roll back", "Configure", "Migrate"),
        ("production services", "database schemas", "network rules", "feature flags", "base images"),
        ("GitHub", "Argo CD", "Terraform Cloud", "Datadog"),
        (("change-ticket", "Change ticket"), ("pipeline-log", "Pipeline log")),
        (("A.8.9", "Configuration management"), ("A.8.19", "Installation of software on operational systems"),
         ("A.8.29", "Security testing in development and acceptance"),
         ("A.8.31", "Separation of development, test and production environments"), ("A.8.32", "Change management")),
        ("aws-production", "github"), ("aws", "github"), "a change that nobody reviewed reaches customers",
    ),
    Subject(
        "incident-handling", "IH", ("POL-05", "Incident management policy"), "ciso",
        ("incident-commander", "security-engineer", "platform-engineer", "dpo"),
        ("Handle", "Contain", "Investigate", "Report", "Close"),
        ("malware alerts", "data leaks", "phishing reports", "outages", "lost devices"),
        ("PagerDuty", "Datadog", "the incident channel", "Jira"),
        (("incident-record", "Incident record"), ("timeline", "Timeline of the incident")),
        (("A.5.24", "Information security incident management planning and preparation"),
         ("A.5.25", "Assessment and decision on information security events"),
         ("A.5.26", "Response to information security incidents"),
         ("A.5.27", "Learning from information security incidents"), ("A.5.28", "Collection of evidence")),
        ("aws-production", "datadog"), ("pagerduty", "datadog"), "an attack is noticed late or its traces are lost",
    ),
    Subject(
        "backup-recovery", "BK", ("POL-06", "Backup and continuity policy"), "head-of-platform",
        ("platform-engineer", "head-of-platform", "release-manager", "customer-success-lead"),
        ("Back up", "Restore", "Test", "Verify", "Expire"),
        ("customer documents", "database snapshots", "source repositories", "audit logs", "mail archives"),
        ("AWS Backup", "the backup vault", "Datadog", "Terraform Cloud"),
        (("restore-report", "Restore report"), ("backup-job-log", "Backup job log")),
        (("A.5.29", "Information security during disruption"), ("A.5.30", "ICT readiness for business continuity"),
         ("A.8.13", "Information backup"), ("A.8.14", "Redundancy of information processing facilities")),
        ("customer-database", "backup-vault"), ("aws", "datadog"), "data cannot be brought back when it is needed",
    ),
    Subject(
        "vendor-management", "VM", ("POL-07", "Vendor policy"), "ciso",
        ("vendor-owner", "legal-counsel", "security-engineer", "dpo"),
        ("Bring in", "Review", "Offboard", "Assess", "Renew"),
        ("cloud vendors", "sub-processors", "consultants", "open-source services", "payment providers"),
        ("the vendor register", "Jira", "the contract folder", "Okta"),
        (("vendor-file", "Vendor file"), ("assessment", "Security assessment")),
        (("A.5.19", "Information security in supplier relationships"),
         ("A.5.20", "Addressing information security within supplier agreements"),
         ("A.5.21", "Managing information security in the ICT supply chain"),
         ("A.5.22", "Monitoring, review and change management of supplier services"),
         ("A.5.23", "Information security for use of cloud services")),
        ("jira", "okta"), ("atlassian", "okta"), "a vendor handles data for which it was never assessed",
    ),
)  # fmt: skip

ACTIONS = (
    "Open a ticket for {object} and name the system, the person and the reason",
    "Compare the request with the list in {system} and note every difference",
    "Check in {system} that the owner of {team} agreed to the work on {object}",
    "Export the present state of {object} from {system} and attach it to the ticket",
    "Approve or reject the request on the ticket, with one sentence of reason",
    "Prepare the change to {object} in {system} on the branch named after the ticket",
    "Announce the start to {team} in the channel that the ticket names",
    "Carry out the work on {object} in {system} with two people on the call",
    "Run `sopctl verify --ticket KEY` and paste its last ten lines into the ticket",
    "Confirm in {system} that only the named {object} were touched",
    "Remove the temporary right that the work on {object} needed",
    "Record the result for {object} with start, end and the names of the systems",
    "Compare the state of {object} after the work with the export from before",
    "Tell {team} the result and what changes for them from the next working day on",
    "Watch the dashboard of {system} for thirty minutes after the last action",
    "Close the ticket after comparing request, approval and result",
)
EXPECTATIONS = (
    "{system} lists the entry with today's date and the key of the ticket",
    "the command ends with `0 differences`",
    'the page of {system} shows the state "Completed" and no warning',
    "a search for the ticket's key in {system} finds exactly one entry",
)
NOTES = (
    "Names of customers never stand in the title of a ticket",
    "The same person never asks and approves",
    "Work by role, never by copying what a colleague has",
    "{system} keeps its log for 400 days; older questions go to the archive",
    "The export holds internal data and stays in the ticket",
)
CONDITIONS = (
    ("the owner of {team} has not answered", 'set the ticket to "Waiting" and name what is missing'),
    ("the states differ in more than the named {object}", "stop, restore the export and page the owner of this SOP"),
    ("{system} is not reachable", "note the time on the ticket and go on when its status page is green"),
    ("the work touches data of customers", "add the data protection officer to the ticket before going on"),
)
EXCEPTIONS = (
    "{system} is down: the work is written on the ticket by hand and entered once it is back",
    "Work outside office hours: the person on call decides, and the owner confirms on the next working day",
    "A regulator asks for a copy: the data protection officer decides what leaves the company",
    "Any other deviation needs a row in the exceptions register with risk, approver and end date",
)
METRICS = (
    ("Tickets closed with both records attached", "100 %", "Jira"),
    ("Requests decided in time", "98 %", "Jira against {system}"),
    ("Differences found in the monthly sample of {object}", "0", "sample sheet"),
    ("Work repeated because of a wrong entry", "under 2 %", "Jira"),
    ("Runs on {object} that needed the rollback", "under 5 %", "Jira against {system}"),
)
