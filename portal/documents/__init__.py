"""Documents (佐证材料): files made anew from their pixels; rooms above say what they belong to."""

from __future__ import annotations
