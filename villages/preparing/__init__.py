"""How rows of villages are completed and checked while they are read (pure): one file per kind or family."""
