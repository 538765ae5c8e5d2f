"""Credit memos: what is owed for goods that came back."""
