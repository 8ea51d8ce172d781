"""Rasa's files, the needs and the actions name the same things."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.answer.needs import NEEDS
from bot.settings import ROOT

NLU = sorted((ROOT / "data" / "nlu").glob("*.yml"))
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text())
RULES = yaml.safe_load((ROOT / "data" / "rules" / "rules.yml").read_text())["rules"]


def blocks(path: Path) -> list[tuple[list[str], list[str]]]:
    """The needs of each block, and its examples."""
    found = []
    for block in yaml.safe_load(path.read_text())["nlu"]:
        needs = [block["intent"], *block.get("metadata", {}).get("also", [])]
        found.append((needs, [line.removeprefix("- ") for line in block["examples"].splitlines()]))
    return found


EXAMPLES = [(text, needs) for path in NLU for needs, texts in blocks(path) for text in texts]


def test_the_domain_names_the_needs() -> None:
    assert DOMAIN["intents"] == list(NEEDS)


def test_each_need_has_one_rule_whose_action_exists() -> None:
    assert all(len(rule["steps"]) == 2 for rule in RULES)
    steps = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in RULES}
    assert len(RULES) == len(steps)
    assert set(steps) == set(NEEDS)
    files = {f"action_{path.stem}" for path in (ROOT / "actions").glob("*.py")}
    assert set(steps.values()) == set(DOMAIN["actions"])
    assert set(DOMAIN["actions"]) <= files


def test_each_need_has_examples_enough() -> None:
    counts = Counter(need for _, needs in EXAMPLES for need in needs)
    assert set(counts) == set(NEEDS)
    assert min(counts.values()) >= 25, counts.most_common()[-3:]


def test_no_example_stands_twice() -> None:
    seen = Counter(text.casefold() for text, _ in EXAMPLES)
    assert not [text for text, count in seen.items() if count > 1]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "data" / "policies").glob("*.txt")), ids=lambda p: p.stem
)
def test_a_policy_on_file_is_no_part_of_the_training_data(path: Path) -> None:
    """Beyond a few bare names and numbers, which teach the form."""
    lines = [line.strip() for line in path.read_text(errors="replace").splitlines() if line.strip()]
    number, title = lines[0], lines[1]
    words = re.sub(r"(?i)\W*(programs?|services?|devices?)\W*$", "", title).casefold()
    asked = [t for t, _ in EXAMPLES if words in t.casefold() or number.casefold() in t.casefold()]
    assert len(asked) <= 5
