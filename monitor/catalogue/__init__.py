"""The written promise: which interfaces, where, which versions, until when, how watched."""
