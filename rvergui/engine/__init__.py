"""The process that owns every network: requests go in, results come out. It knows no Qt."""
