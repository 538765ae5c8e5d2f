"""Allocations: units sold on a channel and not sent yet, by the partner's own references."""
