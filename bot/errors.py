"""What can go wrong for the people who use the software, each as one clear sentence.

BotError
├── UnreadableDocument   a file that cannot be read as a policy
├── NotOnFile            a policy, version or decision that the store does not hold
├── StoreUnavailable     a database that cannot be reached, written or understood
├── BadBackup            a file that is no backup, or a store that it may not replace
├── BadVocabulary        a vocabulary or payer file with a mistake in it
├── BadList              a prior-authorization list or approved answers with mistakes in them
├── BadSetting           an environment variable with a value that cannot be used
├── BadCase              a conversation test with a mistake in it
├── Unreachable          a server that does not answer, or not as the contract says
├── CannotListen         an address or port that the server cannot have
├── WorkerFailed         a process of several that cannot start
├── ModelMissing         no trained model that fits the training data and the code
├── Overtaken            a turn whose conversation went on before it could be kept
├── Overloaded           more messages are waiting than can be answered in time
├── BadAccount           an account, name or password that cannot be used
├── HeldByAnother        a conversation that another person has taken
├── NotHeld              a conversation that must be taken before this can be done with it
└── OwnProposal          a document that somebody else has to approve
"""

from __future__ import annotations


class BotError(Exception):
    """Its text is one sentence that says what is wrong and what to do."""


class UnreadableDocument(BotError):
    pass


class NotOnFile(BotError):
    pass


class StoreUnavailable(BotError):
    pass


class BadBackup(BotError):
    pass


class BadVocabulary(BotError):
    pass


class BadList(BotError):
    pass


class BadSetting(BotError):
    pass


class BadCase(BotError):
    pass


class Unreachable(BotError):
    pass


class CannotListen(BotError):
    pass


class WorkerFailed(BotError):
    pass


class ModelMissing(BotError):
    pass


class Overtaken(BotError):
    pass


class Overloaded(BotError):
    pass


class BadAccount(BotError):
    pass


class HeldByAnother(BotError):
    pass


class NotHeld(BotError):
    pass


class OwnProposal(BotError):
    pass
