"""What providers said of the bot's replies."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from bot.errors import NotOnFile
from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.events import append
from bot.store.handover import put_in_queue
from bot.store.standing import Standing, standing
from bot.store.tables import feedback, messages
from bot.store.transcript import locked


class Feedback:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def give(
        self,
        conversation: str,
        message: str,
        helpful: bool,
        reason: str | None = None,
        person: bool = False,
    ) -> Standing:
        """Keeps what is said of a reply, in place of what was said of it before.

        `person` asks that a person looks at it. Raises `NotOnFile` for what is no message of the bot in this
        conversation.
        """
        with self._database.writing() as connection:
            row = locked(connection, conversation)
            known = select(messages.c.seq).where(
                messages.c.id == message,
                messages.c.conversation == conversation,
                messages.c.sender == "bot",
            )
            if connection.execute(known).first() is None:
                raise NotOnFile("This is no message of the bot in this conversation.")
            now = self._clock()
            connection.execute(delete(feedback).where(feedback.c.message == message))
            connection.execute(
                insert(feedback).values(
                    message=message,
                    conversation=conversation,
                    helpful=helpful,
                    reason=reason,
                    at=now,
                )
            )
            detail = {"message": message, "helpful": helpful}
            append(connection, conversation, "feedback", now, detail)
            if person:
                put_in_queue(connection, row, "feedback", now, reason)
            return standing(connection, conversation)
