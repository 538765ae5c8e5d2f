"""Channel documents as they came, and what an admin tunes: rules, mappings, SKUs."""

from intake.admin import documents, editions

__all__ = ["documents", "editions"]
