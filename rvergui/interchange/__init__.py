"""Other programs' formats: read and write."""
