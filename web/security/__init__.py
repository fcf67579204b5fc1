"""Headers, limits, and who may do what."""
