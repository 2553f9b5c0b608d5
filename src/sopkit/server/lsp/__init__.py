"""The language server: findings, meanings of ids, completions, moves and renames for editors."""
