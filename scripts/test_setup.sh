#!/usr/bin/env bash
# What the tests need beside Python: git, ssh-keygen, gpg, and Debian's Chromium and LibreOffice Calc when they can be
# installed.
set -euo pipefail
have() { command -v "$1" >/dev/null 2>&1; }
wanted=()
have git || wanted+=(git)
have ssh-keygen || wanted+=(openssh-client)
have gpg || wanted+=(gnupg)
have chromium || wanted+=(chromium)
have pdftoppm || wanted+=(poppler-utils)
have soffice || wanted+=(libreoffice-calc)
if [ ${#wanted[@]} -gt 0 ] && have apt-get && [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null \
    || echo "could not install: ${wanted[*]}; the tests that need them are skipped, with a word"
fi
