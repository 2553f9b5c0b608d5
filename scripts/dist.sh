#!/usr/bin/env bash
# Build what a release publishes: sdist, wheel, and the SBOM (CycloneDX) of the dependencies in requirements.txt, which
# the wheel contains as well. Arguments: Python with the development packages, folder for the results.
set -euo pipefail
python=$1; out=$2
"$python" -W ignore -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible --validate \
  --output-format JSON --output-file sbom.cdx.json requirements.txt
"$python" -m build --outdir "$out" .
version=$("$python" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
mv sbom.cdx.json "$out/sopkit-$version.cdx.json"
