"""Pages and their JSON twins, one line each."""
