"""Quotes: immutable calculations of what an exchange costs; and previews, which save nothing."""
