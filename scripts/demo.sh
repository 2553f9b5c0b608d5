#!/usr/bin/env bash
# The main job, shown on the example company: lint, status, stale, render. Arguments: sopkit, folder, as-of day.
set -euo pipefail
sopkit=$(realpath -s "$1"); demo=$2; as_of=$3

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() { printf '$ %s\n' "${*/#$sopkit/sopkit}"; "$@"; }
# A finding makes sopkit exit 1, which is what the demo wants to show; 2 and 3 are real failures.
show() { local code=0; run "$@" || code=$?; [ "$code" -le 1 ] || exit "$code"; }

case $demo in ""|/|.|..) echo "refusing to remove '$demo'" >&2; exit 2;; esac
rm -rf "$demo"
say "1. Acme Cloud, a fictional company of 60: six SOPs with registers, in a git repository with two years of history"
run "$sopkit" demo "$demo"
cd "$demo"
say "2. Is every SOP complete, and is every control, role, asset and link real?"
show "$sopkit" lint --tree-only --profile audit --as-of "$as_of"
say "3. What a finding looks like: one control loses its edition, one limit its figure"
cp -r . ../.demo-damaged && trap 'rm -rf ../.demo-damaged' EXIT
sed -i '0,/- A\.5\.18/s//- A.9.2.2/' ../.demo-damaged/sops/access-control/*.md
sed -i '0,/within 4 hours/s//promptly/' ../.demo-damaged/sops/access-control/*.md
show "$sopkit" lint -C ../.demo-damaged --tree-only --as-of "$as_of"
say "4. The master list, and who answers for what"
run "$sopkit" status --as-of "$as_of"
say "5. What is stale? Judged by when the text last changed in substance, from git"
show "$sopkit" stale --basis git --as-of "$as_of"
say "6. Which SOP carries out ISO 27001:2022 A.5.18, and what was it called in 2013?"
run "$sopkit" control show A.5.18
say "7. One SOP as a page of its own"
run "$sopkit" render AC-001 --as-of "$as_of" -o ac-001.html
say "8. Documents that nobody here wrote: public procedures of eleven organisations"
if [ -d ../tests/corpus ]; then
  show "$sopkit" lint -C ../tests/corpus --tree-only --statistics --as-of "$as_of"
fi
cat <<TXT

Where to look
  $demo/                     the library: sopkit.toml, registers/, sops/
  $demo/ac-001.html          the rendered SOP, open it in a browser
  git -C $demo log --stat    its history
  docs/rules.md              every rule with examples; sopkit explain CODE prints one
  .venv/bin/sopkit --help    the commands
TXT
