"""The settings of whoever is signed in."""
