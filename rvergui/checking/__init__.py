"""Looking for what is wrong with labelled photos, and repairing what can be repaired. Photos are never touched."""
