#!/usr/bin/env bash
# The main job, shown on the example company: lint, status, stale, history, diff, verify, reports, export, render, handbook, init, new, adopt.
# Arguments: sopkit, folder, as-of day.
set -euo pipefail
sopkit=$(realpath -s "$1"); demo=$2; as_of=$3

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() { printf '$ %s\n' "${*/#$sopkit/sopkit}"; "$@"; }
# A finding makes sopkit exit 1, which is what the demo wants to show; 2 and 3 are real failures.
show() { local code=0; run "$@" || code=$?; [ "$code" -le 1 ] || exit "$code"; }

case $demo in ""|/|.|..) echo "refusing to remove '$demo'" >&2; exit 2;; esac
rm -rf "$demo"
say "1. Acme Cloud, a fictional company of 60: its SOPs and registers in a git repository with two years of history"
run "$sopkit" demo "$demo"
cd "$demo"
say "2. The example as it is shipped: is every SOP complete, and is every control, role, asset and link real?"
show "$sopkit" lint -C ../examples/acme --tree-only --profile audit --as-of "$as_of"
say "3. What a finding looks like: one control loses its edition, one limit its figure"
cp -r ../examples/acme ../.demo-damaged && trap 'rm -rf ../.demo-damaged' EXIT
sed -i '0,/- A\.5\.18/s//- A.9.2.2/' ../.demo-damaged/sops/access-control/ac-001*.md
sed -i '0,/within 4 hours/s//promptly/' ../.demo-damaged/sops/access-control/ac-001*.md
show "$sopkit" lint -C ../.demo-damaged --tree-only --as-of "$as_of"
say "4. The master list, and who answers for what"
run "$sopkit" status --as-of "$as_of"
say "5. What is stale? From the ledger of reviews and approvals, with one seeded fault for every state"
show "$sopkit" stale --as-of "$as_of"
say "6. The life of one SOP, and what changed between two versions of it"
run "$sopkit" history AC-001 --as-of "$as_of"
run "$sopkit" diff AC-001 2.0 2.1 --as-of "$as_of"
say "7. Was the ledger tampered with? Was history rewritten since an auditor noted the id of a commit?"
show "$sopkit" verify --as-of "$as_of" --anchor "$(git rev-parse audit-2026-10)"
say "8. Whom to remind, of what, and why"
show "$sopkit" stale --as-of "$as_of" --remind markdown --all -o reminders.md
say "9. Which SOP carries out ISO 27001:2022 A.5.18, and what was it called in 2013?"
run "$sopkit" control show A.5.18
say "10. Do the procedures cover the standard? What is missing, and what to write next? Why is a risk under control?"
run "$sopkit" report coverage --framework iso27001-2022 -f picture --as-of "$as_of"
show "$sopkit" report gaps --as-of "$as_of"
run "$sopkit" report soa -o soa.md --as-of "$as_of"
run "$sopkit" report trace RSK-004 --as-of "$as_of"
run "$sopkit" report trace RSK-004 -o trace.svg --as-of "$as_of"
say "11. Is it followed, and is it tried? The limits as they were kept, and the cases that an auditor's seed picks"
run "$sopkit" report limits --sop AC-001 --as-of "$as_of"
run "$sopkit" report sample --sop AC-001 --period 2026-01-01..2026-06-30 -n 5 --seed "7 of hearts" --as-of "$as_of"
say "12. The auditor is here: all of it as one workbook, and as OSCAL for the tools of others"
run "$sopkit" export xlsx -o acme.xlsx --as-of "$as_of"
run "$sopkit" export oscal -o oscal --as-of "$as_of"
say "13. One SOP as a page of its own: as it is now, as it was in force a year ago, and with the changes marked"
run "$sopkit" render AC-001 --as-of "$as_of" -o ac-001.html
run "$sopkit" render AC-001 --at 2025-11-24 -o ac-001-2025.html
run "$sopkit" diff AC-001 1.1 2.1 --as-of "$as_of" -f html -o ac-001-changes.html
say "14. The handbook that everyone opens: approved texts, search from disk, controls, roles, what is due"
run "$sopkit" build -o handbook --as-of "$as_of"
say "15. Documents that nobody here wrote: public procedures of eleven organisations"
if [ -d ../tests/corpus ]; then
  show "$sopkit" lint -C ../tests/corpus --tree-only --statistics --as-of "$as_of"
fi
own=../$(basename "$demo")-own
rm -rf "$own"
say "16. A library of your own, from nothing: one area, with what you must still decide"
git init -q -b main "$own"
run "$sopkit" init "$own" --yes --org Example
run "$sopkit" new offboarding -C "$own" --yes
show "$sopkit" lint -C "$own" --statistics
say "17. What a company already has: the plan by which a foreign procedure becomes a draft, no word lost"
if [ -d ../tests/corpus ]; then
  run "$sopkit" adopt -C "$own" --dry-run ../tests/corpus/kriss-b__llm-iso27001/procedures/onboarding_offboarding_procedure.md
fi
cat <<TXT

Where to look
  $demo/                       the library: sopkit.toml, registers/, sops/, ledger/
  $demo/handbook/index.html    the handbook: open it in a browser, or see it while you write: .venv/bin/sopkit serve -C $demo
  $demo/ac-001.html            the rendered SOP, open it in a browser
  $demo/ac-001-2025.html       the same SOP as it was in force a year ago
  $demo/ac-001-changes.html    what changed since
  $demo/soa.md                 the statement of applicability; $demo/trace.svg what keeps a risk under control
  $demo/acme.xlsx              everything as a workbook; $demo/oscal/ as OSCAL
  $demo/reminders.md           who is reminded of what
  git -C $demo log --stat      its history
  $demo-own/                   a library of your own as \`sopkit init\` begins it: DECISIONS.md, sops/, registers/
  docs/approvals.md            what counts as a review or an approval, and why
  docs/rules.md                every rule with examples; sopkit explain CODE prints one
  .venv/bin/sopkit --help      the commands
TXT
