"""Stock set right by hand: what it will do is said before it is done."""
