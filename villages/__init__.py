"""Villages: the books of a village's collective (村级三资), line by line with their vouchers."""

from __future__ import annotations
