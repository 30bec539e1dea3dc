"""Effects outside a transaction (mail, messages, wake-ups), written in the transaction of their cause."""
