"""The MCP server: assistants search and read the approved SOPs."""
