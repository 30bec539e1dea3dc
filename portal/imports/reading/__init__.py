"""Tables as clerks hand them in, read safely: csv and xlsx, headers, totals, odd rows."""

from __future__ import annotations
