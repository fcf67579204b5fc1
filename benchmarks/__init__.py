"""What things cost here: ratios within one run, because machines are noisy."""
