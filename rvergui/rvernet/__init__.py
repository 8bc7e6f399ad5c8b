"""RveRNet: backbones, two branches, integration, preprocessing, checkpoints, predictor."""
