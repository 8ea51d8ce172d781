"""What can go wrong for the people who use the software, each as one clear sentence.

BotError
├── UnreadableDocument   a file that cannot be read as a policy
├── NotOnFile            a policy, version or decision that the store does not hold
├── BadVocabulary        a vocabulary, payer or list file with a mistake in it
├── BadSetting           an environment variable with a value that cannot be used
├── ModelMissing         no trained model that fits the training data and the code
└── Overloaded           more messages are waiting than can be answered in time
"""

from __future__ import annotations


class BotError(Exception):
    """Its text is one sentence that says what is wrong and what to do."""


class UnreadableDocument(BotError):
    pass


class NotOnFile(BotError):
    pass


class BadVocabulary(BotError):
    pass


class BadSetting(BotError):
    pass


class ModelMissing(BotError):
    pass


class Overloaded(BotError):
    pass
