"""Who hears it, in which words, until it arrives."""
