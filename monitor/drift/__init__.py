"""Where what we see differs from what is promised. Nothing here touches the world."""
