"""Payments: what was asked of providers for cases, what came of it, and what went back."""
