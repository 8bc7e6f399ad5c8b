"""From pairs to a checkpoint: data, split, loop, metrics, events."""
