"""The mismatch desk: what came beside what was announced, and a person decides what follows."""
