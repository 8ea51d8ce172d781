"""The OpenAPI document is true: what it says may be sent is taken, all else refused, replies fit its schemas."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import CHECKS

from bot.store import Store
from bot.web.api import Gateway
from bot.web.app import application
from bot.web.entrance import Service
from bot.web.openapi import document

# What fits the schema may still name a message that there is not, or a button that was not offered.
MAY_STILL_BE_REFUSED = {"say", "giveFeedback", "askForPerson"}


def test_it_is_served_and_knows_every_route(client: httpx.Client) -> None:
    served = client.get("/api/v1/openapi.json").json()
    assert served == document()
    written = {
        (method.upper(), path) for path, calls in served["paths"].items() for method in calls
    }
    routes = {
        (method, route.path)
        for route in Gateway(None).routes()
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert written == routes


def test_its_schemas_are_schemas_and_all_that_it_refers_to_is_there() -> None:
    whole = document()
    names = set(whole["components"]["schemas"])
    for schema in whole["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    assert {ref.rpartition("/")[2] for ref in _refs(whole)} <= names


def _refs(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in _refs(value)]
    return [ref for item in node for ref in _refs(item)] if isinstance(node, list) else []


@pytest.fixture
def key(store: Store) -> tuple[str, str]:
    return store.conversations.start()


@pytest.fixture
def fuzzed(service: Service, store: Store, key: tuple[str, str]) -> Any:
    """The document with names that exist, over the application with its fake agent."""
    gateway = Gateway(limits=None)
    gateway.service = service
    # A feed has no end of its own; this one ends as it does with the server.
    service.bell.close()
    store.conversations.record_turn(key[0], None, "hi", [], {}, "m")
    version = store.policies.version("Policy 7")
    assert version
    known = {"id": key[0], "version": version.id}
    whole = copy.deepcopy(document())
    for calls in whole["paths"].values():
        for call in calls.values():
            for parameter in call.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in known:
                    parameter["schema"] = {"enum": [known[parameter["name"]]]}
    schema = schemathesis.openapi.from_dict(whole)
    schema.app = application(gateway)
    schema.config.update(headers={"Authorization": f"Bearer {key[1]}"})
    return schema


schema = schemathesis.pytest.from_fixture("fuzzed")


@schema.parametrize()
@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_nothing_that_is_sent_breaks_it(case: schemathesis.Case) -> None:
    # It takes the token that is sent along for one that was made up; test_live.py asks without and with others.
    excluded = [CHECKS.get_one("ignored_auth")]
    if case.operation.definition.raw["operationId"] in MAY_STILL_BE_REFUSED:
        excluded += [CHECKS.get_one("positive_data_acceptance")]
    case.call_and_validate(excluded_checks=excluded)
