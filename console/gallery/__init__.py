"""Every component and every screen with example contents, for whoever builds on them."""
