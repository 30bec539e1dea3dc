"""Which function does the effects of which topic; filled at start-up by the rooms above."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured

from portal.outbox.identifiers import Ref, checked_topic

# Called outside any transaction, perhaps twice: it opens its own, and asks `actions.once` inside it.
Handler = Callable[[Ref, str], None]
_handlers: dict[str, Handler] = {}


class UnknownTopicError(Exception):
    """No handler is registered for a topic: a worker of an older program, or a room taken out."""


def handler(topic: str) -> Callable[[Handler], Handler]:
    """Register the function that does the effects of a topic; it gets the stored ref and the key.

    Raises:
        ImproperlyConfigured: the topic has another one already.
    """

    def register(function: Handler) -> Handler:
        if _handlers.setdefault(checked_topic(topic), function) is not function:
            raise ImproperlyConfigured(f"Topic {topic} has two handlers.")
        return function

    return register


def forget(topic: str) -> None:
    """Take a topic out again."""
    _handlers.pop(topic, None)


def handler_of(topic: str) -> Handler:
    """Return the function that does the effects of a topic; raise UnknownTopicError where there is none."""
    try:
        return _handlers[topic]
    except KeyError:
        raise UnknownTopicError from None
