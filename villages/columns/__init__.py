"""Columns of the import kinds of villages, exactly as the contract names them: one file per kind."""
