"""The paper's experiments on anybody's data: one resumable run, one report."""
