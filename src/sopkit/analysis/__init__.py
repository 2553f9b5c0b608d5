"""Questions about a whole library: control claims, responsibilities, time limits, references and code owners."""
