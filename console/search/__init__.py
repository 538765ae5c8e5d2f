"""Search: a number goes straight there, words give a list."""
