"""Projects as the public and the load see them: registers, deadlines, the page of one, the lists of many."""
