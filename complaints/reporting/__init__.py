"""What a reporter sees: the form, the receipt, the page behind the code."""

from __future__ import annotations
