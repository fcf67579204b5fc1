"""How one question goes out and its answer comes in, with a bound on everything."""
