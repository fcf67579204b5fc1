"""From a view to a page: what a template needs is decided here, not in it."""
