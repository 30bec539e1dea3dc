"""A kind of disclosure that only the suite knows: one model, one entry, one template.

It proves that a new kind needs no edit below it. The `village_notices` fixture makes its table as a
migration would, and declares it for one test.
"""

from __future__ import annotations
