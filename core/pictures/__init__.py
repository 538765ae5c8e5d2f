"""Photos from outside, made harmless: decoded in a cell of their own and encoded anew.

What comes out are fresh pixels: no EXIF, no place, no name, no second file behind the first. The
cell is a process with little memory, little time and no files to write, so a bomb or a fault in
a decoder ends there.
"""

from core.pictures.cleaning import BadPicture, CleanPicture, clean
from core.pictures.fingerprints import distance, is_same_scene

__all__ = ["BadPicture", "CleanPicture", "clean", "distance", "is_same_scene"]
