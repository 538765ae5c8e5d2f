"""Photos of a case: added, looked at, taken away; and what is wrong with the goods."""
