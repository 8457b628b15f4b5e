"""What is generated from code and committed is what the code says, and valid."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from infra.contracts.outputs import ROOT, drifted, expected
from shared.domain.events.base import Envelope
from shared.events.catalogue import all_events, event_in

SCHEMAS = sorted((ROOT / "events" / "schemas").glob("*.json"))


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def test_no_contract_differs_from_the_code() -> None:
    assert drifted() == [], "run `make template`"


def test_generating_twice_gives_the_same() -> None:
    assert expected() == expected()


def test_the_api_description_is_valid_openapi() -> None:
    document = read(ROOT / "docs" / "openapi.json")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_the_api_description_holds_nothing_unused() -> None:
    text = (ROOT / "docs" / "openapi.json").read_text("utf-8")
    components = json.loads(text)["components"]
    unused = [
        f"{section}/{name}"
        for section, parts in components.items()
        if section != "securitySchemes"
        for name in parts
        if f'"#/components/{section}/{name}"' not in text
    ]
    assert unused == []


def test_every_event_has_a_committed_schema_and_sample() -> None:
    names = [path.stem for path in SCHEMAS]
    assert names == list(all_events())
    assert [path.stem for path in sorted((ROOT / "events" / "samples").glob("*.json"))] == names


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_a_sample_fits_its_schema_and_its_class(path: Path) -> None:
    schema = read(path)
    Draft202012Validator.check_schema(schema)
    text = (ROOT / "events" / "samples" / path.name).read_text("utf-8")
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(json.loads(text))
    envelope = Envelope.model_validate_json(text)
    assert envelope.detail_type() == path.stem
    assert event_in(envelope).model_dump(mode="json") == envelope.data


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_a_schema_refuses_another_event(path: Path) -> None:
    sample = read(ROOT / "events" / "samples" / path.name)
    validator = Draft202012Validator(read(path))
    assert not validator.is_valid({**sample, "name": "lead.invented"})
    assert not validator.is_valid({**sample, "version": 99})
    assert validator.is_valid({**sample, "data": {**sample["data"], "added_later": 1}})


def test_the_catalogue_page_names_every_event() -> None:
    page = (ROOT / "docs" / "events.md").read_text("utf-8")
    assert [name for name in all_events() if f"[`{name}`]" not in page] == []


def test_surplus_and_changed_files_are_drift(tmp_path: Path) -> None:
    from infra.contracts.outputs import write

    write(tmp_path)
    assert drifted(tmp_path) == []
    (tmp_path / "events" / "schemas" / "lead.forgotten.v1.json").write_text("{}")
    (tmp_path / "docs" / "openapi.json").unlink()
    changed = drifted(tmp_path)
    assert [str(path) for path in changed] == [
        "docs/openapi.json",
        "events/schemas/lead.forgotten.v1.json",
    ]
    assert write(tmp_path) == [
        "wrote docs/openapi.json",
        "removed events/schemas/lead.forgotten.v1.json",
    ]
    assert drifted(tmp_path) == []
