"""What is decided about money without asking anyone: pure, tested as tables."""

from payments.rules.memos import MemoLine, MemoTotal, can_apply, compute_total

__all__ = ["MemoLine", "MemoTotal", "can_apply", "compute_total"]
