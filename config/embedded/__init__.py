"""PostgreSQL and Valkey out of wheels, for a machine that has neither.

The programs are driven directly. The wheels' own Python API would, as root, add a system user and
open up every folder above the data; see docs/adr/0001-embedded-servers.md.
"""
