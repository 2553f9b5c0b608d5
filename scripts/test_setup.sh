#!/usr/bin/env bash
# What the tests need beside Python: git, ssh-keygen, gpg, and Debian's Chromium, LibreOffice Calc, nginx and npm when
# they can be installed; trestle and Lighthouse.
set -euo pipefail
have() { command -v "$1" >/dev/null 2>&1; }
wanted=()
have git || wanted+=(git)
have ssh-keygen || wanted+=(openssh-client)
have gpg || wanted+=(gnupg)
have chromium || wanted+=(chromium)
have pdftoppm || wanted+=(poppler-utils)
have soffice || wanted+=(libreoffice-calc)
have nginx || [ -x /usr/sbin/nginx ] || wanted+=(nginx-light)
have npm || wanted+=(npm)
if [ ${#wanted[@]} -gt 0 ] && have apt-get && [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  # Debian starts a server that it installs; none is wanted here.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null \
    || echo "could not install: ${wanted[*]}; the tests that need them are skipped, with a word"
fi
# trestle reads OSCAL; it asks for one exact version of jinja2 and others, so it has an environment of its own.
trestle=.venv-trestle
if [ ! -x "$trestle/bin/trestle" ]; then
  python=.venv/bin/python
  [ -x "$python" ] || python=python3
  if ! { "$python" -m venv "$trestle" && "$trestle/bin/pip" install --quiet --disable-pip-version-check "compliance-trestle==5.2.*"; }; then
    rm -rf "$trestle"
    echo "could not install compliance-trestle; the tests that need it are skipped, with a word"
  fi
fi
# Lighthouse 12 is the newest that Debian's Node runs; it brings no browser and uses Chromium.
lighthouse=.lighthouse
if [ ! -x "$lighthouse/node_modules/.bin/lighthouse" ] && have npm; then
  npm install --silent --no-fund --no-audit --prefix "$lighthouse" "lighthouse@^12.8" >/dev/null \
    || { rm -rf "$lighthouse"; echo "could not install lighthouse; the tests that need it are skipped, with a word"; }
fi
