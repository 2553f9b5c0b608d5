"""What became of each SOP: its versions, who approved and reviewed them, and what each changed."""
