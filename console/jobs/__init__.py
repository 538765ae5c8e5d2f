"""Long work: how far each job is, and what came of it."""
