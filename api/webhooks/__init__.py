"""What partners' programs are told of, and what they may ask about it."""
