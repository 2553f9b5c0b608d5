"""Practice: records of runs, populations, exercises and feedback, what they measure, and how they are made."""
