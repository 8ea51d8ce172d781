"""The vocabulary at the policy desk: looked up, and changed word by word, each change checked first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.answer.edits import Edit, Role
from bot.answer.vocabulary import Vocabulary
from bot.errors import BadVocabulary
from bot.web.body import read_object
from bot.web.panel.door import DESK, EDIT, Doorway, Who
from bot.web.panel.office import Office
from bot.web.panel.pages import page
from bot.web.panel.wordcheck import Checked, check
from bot.web.problems import Problem

ROLES: Final[Mapping[Role, str]] = {
    "also_called": "another name",
    "taken_for": "related, taken for it",
    "described_as": "description",
    "cpt": "CPT code",
    "hcpcs": "HCPCS code",
    "diagnosis": "name of a diagnosis",
    "place": "name of a place",
    "program": "name of a program",
}
_LONGEST: Final = 120
_SHOWN: Final = 60
# So many questions are read again to see what a change would do to them.
_QUESTIONS: Final = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """What the vocabulary holds of one thing: its words by their role."""

    of: str
    words: Mapping[Role, Sequence[str]]


class Words:
    def routes(self, doorway: Doorway) -> list[Route]:
        return [
            doorway.route("/desk/words", DESK, GET=self.page),
            doorway.route("/desk/words/change", EDIT, POST=self.change),
        ]

    async def page(self, request: Request, who: Who, office: Office) -> Response:
        """What there is; with a word, what its change would do."""
        asked = request.query_params
        sought = asked.get("q", "").strip()[:_LONGEST]
        vocabulary = await run_in_threadpool(lambda: office.linking().vocabulary)
        edit = _edit(asked) if asked.get("word", "").strip() else None
        return page(
            "words.html",
            who,
            title="Vocabulary",
            q=sought,
            shown=_sought(vocabulary, sought),
            edit=edit,
            checked=await run_in_threadpool(_checked, office, edit) if edit else None,
            roles=ROLES,
            latest=await run_in_threadpool(office.store.wordings.latest),
            titles=await run_in_threadpool(office.store.policies.titles),
        )

    async def change(self, request: Request, who: Who, office: Office) -> Response:
        """Checked once more, and made: it counts from the next message on."""
        edit = _edit(await read_object(request))
        checked = await run_in_threadpool(_checked, office, edit)
        if checked.refusals:
            raise Problem(422, " ".join(checked.refusals))
        await run_in_threadpool(office.store.wordings.change, edit, who.actor)
        return JSONResponse({"go": "/panel/desk/words"}, 201)


def _edit(given: Mapping[str, Any]) -> Edit:
    """Raises `Problem` 422 for what is no change."""
    role, of, word = (" ".join(str(given.get(key) or "").split()) for key in ("role", "of", "word"))
    if role not in get_args(Role):
        raise Problem(422, "Choose in which way the word stands for it.")
    if not of or not word or max(len(of), len(word)) > _LONGEST or not word.isprintable():
        raise Problem(422, f"Write the word and what it stands for, each up to {_LONGEST} letters.")
    kept = word.upper() if role in ("cpt", "hcpcs") else word
    of = of.upper() if role == "diagnosis" else of
    return Edit(cast(Role, role), of, kept, given.get("adds") != "0", "this change")


def _checked(office: Office, edit: Edit) -> Checked:
    store, old = office.store, office.linking()
    try:
        new = office.linking.edited(edit)
    except BadVocabulary as error:
        return Checked([str(error)], (), ())
    asked = store.archive.asked(_QUESTIONS)
    return check(edit, store.policies, old, new, asked, date.today())


def _sought(vocabulary: Vocabulary, sought: str) -> Sequence[Shown]:
    """What holds the words sought; without any, the services."""
    if not sought:
        return list(_services(vocabulary))[:_SHOWN]
    words = sought.casefold().split()
    found = []
    for shown in (*_services(vocabulary), *_others(vocabulary)):
        held = " ".join([shown.of, *(w for some in shown.words.values() for w in some)]).casefold()
        if all(word in held for word in words):
            found.append(shown)
    return found[:_SHOWN]


def _services(vocabulary: Vocabulary) -> Iterator[Shown]:
    for service in vocabulary.services:
        words: dict[Role, Sequence[str]] = {
            "also_called": service.also_called,
            "taken_for": service.taken_for,
            "described_as": service.described_as,
            "cpt": service.codes.get("CPT", ()),
            "hcpcs": service.codes.get("HCPCS", ()),
        }
        yield Shown(service.name, words)


def _others(vocabulary: Vocabulary) -> Iterator[Shown]:
    for diagnosis in {d.code: d for d in vocabulary.diagnoses.values()}.values():
        yield Shown(diagnosis.code, {"diagnosis": diagnosis.names})
    for place in vocabulary.places:
        yield Shown(place.name, {"place": place.also_called})
    for program in vocabulary.programs:
        yield Shown(program.name, {"program": program.also_called})
