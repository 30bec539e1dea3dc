"""RFC 6962 §2.1.1 and §2.1.2: inclusion and consistency proofs, from any source of subtree roots (pure)."""

from __future__ import annotations

from collections.abc import Callable

# (start, end) -> root over the leaves [start, end); start is a multiple of the range's full width.
Root = Callable[[int, int], bytes]


def split(size: int) -> int:
    """Return the largest power of two below `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion(index: int, size: int, root: Root) -> list[bytes]:
    """Return the audit path of a leaf in the tree of a size, from the leaf upwards.

    Raises:
        ValueError: there is no such leaf in a tree of that size.
    """
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(root(middle, end))
            end = middle
        else:
            path.append(root(start, middle))
            start = middle
    return path[::-1]


def consistency(old: int, new: int, root: Root) -> list[bytes]:
    """Return the proof that the tree of size `new` begins with the tree of size `old`.

    Empty where there is nothing to prove: equal sizes, or nothing before.

    Raises:
        ValueError: `old` is larger than `new`, or negative.
    """
    if not 0 <= old <= new:
        raise ValueError("the older tree is the larger one")
    if old in {0, new}:
        return []
    proof = []
    start, end = 0, new
    is_whole = True  # the older tree is still a subtree that the verifier knows the root of
    while end != old:
        middle = start + split(end - start)
        if old <= middle:
            proof.append(root(middle, end))
            end = middle
        else:
            proof.append(root(start, middle))
            start = middle
            is_whole = False
    if not is_whole:
        proof.append(root(start, end))
    return proof[::-1]
