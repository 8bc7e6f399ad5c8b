"""Model > Evaluate: how good a model is, measured in a process of its own, and the report of it."""
