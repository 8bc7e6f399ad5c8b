"""What comes into a project: one module a format, a table of them, and one run that merges what any of them reads."""
