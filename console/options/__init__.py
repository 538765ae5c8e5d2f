"""What if: the outcomes of a case side by side, and taking one of them."""
