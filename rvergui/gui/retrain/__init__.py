"""Model > Retrain: what to choose, what it will take, how it goes, how it ended."""
