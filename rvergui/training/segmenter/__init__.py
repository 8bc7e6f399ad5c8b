"""Training of the starter network: scenes with exact masks, crops, simulated clicks, the loop."""
