"""The workshop: what customers sent to be mended, and each repair from the shelf to the door."""
