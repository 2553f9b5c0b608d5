"""How a handbook looks: colours, logo, style sheet and templates of a library, and paper."""
