"""Whether a new model is used: compared with the one in use, adopted or not, and the way back."""
