"""The project file: one SQLite database with photos, items, classes and history."""
