"""What we say of it, in the reader's language. Pure: no clock, no files, no network."""
