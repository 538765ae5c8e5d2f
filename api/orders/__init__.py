"""Orders as they were sold, and orders in, by the way that every channel's take."""
