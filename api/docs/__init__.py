"""The API's own pages, drawn from its document: the reference, the errors and what changed.

Drawn by the desk itself: no script, no font and no style from elsewhere, so the strict content
policy holds, and the pages read like the rest of the desk (ADR 66).
"""
