"""How we say it: two languages, one clock on the wall."""
