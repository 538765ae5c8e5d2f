"""Versioned rules that turn facts into verdicts with reasons."""
