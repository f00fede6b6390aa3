"""The roof has no tables; Django announces the end of migrations only to apps with this module."""
