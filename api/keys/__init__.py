"""Screens where a partner's own admin makes, replaces and revokes the keys of its programs."""
