"""The window on the street: pages, and the same things as JSON."""
