"""The section of notices: what a place was told, what is open to objections, what the village decided."""
