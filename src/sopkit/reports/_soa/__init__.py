"""The statement of applicability: what is judged of each control, its rows, its contradictions, the page for auditors."""
