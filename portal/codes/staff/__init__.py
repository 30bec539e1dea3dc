"""The staff's pages of codes: what can be printed, how often it is scanned, what is out of use."""

from __future__ import annotations
