"""The contract of contacts as slow, obvious code: an oracle for the fold. See DECISIONS.md."""
