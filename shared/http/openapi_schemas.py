"""JSON Schemas of every model in the contracts, each definition once, by pydantic.

What goes in is described as it is validated, what comes out as it is written. A field that some
role does not see is never promised.
"""

from collections.abc import Iterable
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from shared.domain.access import FIELD_RULES
from shared.http.contract import Contract
from shared.http.openapi_components import Json, ref
from shared.http.openapi_refusals import problem_schemas

Model = type[BaseModel]


class Untitled(GenerateJsonSchema):
    """Pydantic's schemas without a title that only repeats each field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never."""
        return False


def _complete(model: Model) -> None:
    """Build what pydantic puts off until first use: default values are written by it here."""
    for child in model.__subclasses__():
        if child.__module__.startswith("shared.") and not child.__pydantic_complete__:
            child.model_rebuild()
        _complete(child)


class Schemas:
    """The schemas of a set of contracts; `definitions` is the components section."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        known = list(contracts)
        wanted = dict.fromkeys(pair for contract in known for pair in _models(contract))
        _complete(BaseModel)
        references, whole = models_json_schema(
            list(wanted), ref_template="#/components/schemas/{model}", schema_generator=Untitled
        )
        self._references = cast(dict[tuple[Model, JsonSchemaMode], Json], references)
        self.definitions: Json = whole.get("$defs", {}) | problem_schemas()
        for contract in known:
            self._unpromise_hidden(contract)

    def input(self, model: Model) -> Json:
        """The reference for what a client sends."""
        return self._references[model, "validation"]

    def output(self, model: Model) -> Json:
        """The reference for what a client gets."""
        return self._references[model, "serialization"]

    def page(self, contract: Contract) -> Json:
        """The reference for a page of a listed model; the page schema is added when first asked."""
        assert contract.returns is not None
        item = self.output(contract.returns)
        name = f"{_name(item).removesuffix('-Output')}Page"
        self.definitions[name] = {
            "type": "object",
            "required": ["items", "cursor", "complete"],
            "properties": {
                "items": {"type": "array", "items": item},
                "cursor": {
                    "type": ["string", "null"],
                    "description": "Send it back for the next page; null at the end.",
                },
                "complete": {"type": "boolean"},
            },
        }
        return ref("schemas", name)

    def query_parameters(self, model: Model) -> list[Json]:
        """The fields of a query model as parameters; an absent one is absent, never null."""
        definition = self._definition(self.input(model))
        required = definition.get("required", [])
        return [
            _parameter(name, dict(schema), name in required)
            for name, schema in definition.get("properties", {}).items()
        ]

    def _definition(self, reference: Json) -> Json:
        return self.definitions[_name(reference)]

    def _unpromise_hidden(self, contract: Contract) -> None:
        if contract.returns is None or contract.kind is None:
            return
        definition = self._definition(self.output(contract.returns))
        hidden = {
            name
            for rules in FIELD_RULES.values()
            for name, rule in rules.get(contract.kind, {}).items()
            if rule == "hide"
        }
        required = [name for name in definition.get("required", []) if name not in hidden]
        definition["required"] = required


def _name(reference: Json) -> str:
    return str(reference["$ref"]).rsplit("/", 1)[-1]


def _models(contract: Contract) -> Iterable[tuple[Model, JsonSchemaMode]]:
    for model in (contract.body, contract.query):
        if model is not None:
            yield model, "validation"
    if contract.returns is not None:
        yield contract.returns, "serialization"


def _parameter(name: str, schema: Json, required: bool) -> Json:
    parameter: Json = {"name": name, "in": "query"}
    if required:
        parameter["required"] = True
    for moved in ("description", "deprecated"):
        if moved in schema:
            parameter[moved] = schema.pop(moved)
    parameter["schema"] = _without_null(schema)
    return parameter


def _without_null(schema: Json) -> Json:
    if schema.get("default", ...) is None:
        del schema["default"]
    choices: list[Json] = schema.pop("anyOf", [])
    left = [choice for choice in choices if choice.get("type") != "null"]
    if len(left) == 1:
        return {**left[0], **schema}
    return {**schema, "anyOf": left} if left else schema
