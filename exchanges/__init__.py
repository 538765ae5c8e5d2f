"""What goes out instead, and for how much."""
