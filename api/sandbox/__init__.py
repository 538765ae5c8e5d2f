"""The clock of a sandbox: read, and set forward."""
