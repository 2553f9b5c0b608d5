"""The statement of applicability: what is judged of each control, its rows, contradictions, and page for auditors."""
