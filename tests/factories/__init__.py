"""Plain functions that make rows for tests. They write what intake and the admin would."""
