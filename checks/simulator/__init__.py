"""A pretend DSO-LV on real sockets: what the demo watches and the tests ask."""
