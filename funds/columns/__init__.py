"""Columns of the import kinds of funds, exactly as the contract names them: one file per kind."""
