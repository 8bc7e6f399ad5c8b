"""What leaves a project: one module a format, a table of them, and one run that every format shares."""
