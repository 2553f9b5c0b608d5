"""The view of auditors: what is carried out, who approved it, what proves that, and what nobody can prove."""
