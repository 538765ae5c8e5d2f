"""What was sold, frozen."""
