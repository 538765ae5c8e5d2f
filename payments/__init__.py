"""Money owed, taken and given back."""
