"""The language server: findings, hover, completion and edits in an editor."""
