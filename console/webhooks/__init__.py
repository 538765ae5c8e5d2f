"""Partners' programs: where they listen, what they were told, what they have not confirmed."""
