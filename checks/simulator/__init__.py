"""A pretend DSO-LV that answers as the real gateway does, on real sockets."""
