"""A tiny use case with every kind of route, to try the endpoint contract on."""

from typing import ClassVar, cast

from pydantic import Field

from shared.domain.entity import Entity, Value
from shared.http.call import AnyCall, Call, Reply
from shared.http.contract import Nothing, Page
from shared.http.endpoint import endpoint
from shared.runtime.app import create_app
from shared.storage.store import DocumentPage
from tests.unit.http.memory import MemoryTable

app = create_app("cards")
LIMIT = 400
SECRET = "the password of wang@example.com is 13800138000"


class Card(Entity):
    """Of the kind `lead`, whose fields some roles see masked or not at all."""

    kind: ClassVar[str] = "lead"
    prefix: ClassVar[str] = "lead"

    name: str
    email: str | None = None
    score: int = 0
    owner: str | None = None
    team: str | None = None


class NewCard(Value):
    name: str = Field(min_length=1)
    email: str | None = None
    score: int = 0


class CardChange(Value):
    name: str


class Filter(Page):
    tags: list[str] = Field(default_factory=list)


@app.route("/cards", methods=["POST"])
@endpoint(
    "Create a card",
    resource="lead",
    action="create",
    tag="cards",
    body=NewCard,
    returns=Card,
    status=201,
    writes=True,
    body_limit=LIMIT,
)
def create_card(call: Call[NewCard, Nothing]) -> Card:
    card = Card(**Card.stamp(call.context), **call.body.model_dump())
    return call.unit.put(card)


@app.route("/cards", methods=["GET"])
@endpoint(
    "List cards",
    resource="lead",
    action="read",
    tag="cards",
    query=Filter,
    returns=Card,
    listed=True,
)
def list_cards(call: Call[Nothing, Filter]) -> DocumentPage:
    table = cast(MemoryTable, call.store.table)
    documents = [item["doc"]["S"] for item in table.items.values() if "doc" in item]
    return DocumentPage(documents[: call.query.limit], ",".join(call.query.tags) or None)


@app.route("/cards/{card_id}", methods=["GET"])
@endpoint("Read a card", resource="lead", action="read", tag="cards", returns=Card)
def read_card(call: AnyCall, card_id: str) -> Card:
    return call.load(Card, card_id)


@app.route("/cards/{card_id}", methods=["PATCH"])
@endpoint(
    "Change a card",
    resource="lead",
    action="update",
    tag="cards",
    body=CardChange,
    returns=Card,
    writes=True,
    precondition=True,
)
def change_card(call: Call[CardChange, Nothing], card_id: str) -> Card:
    card = call.load(Card, card_id)
    return call.unit.put(card.evolve(call.context, name=f"{card.name}+{call.body.name}"))


@app.route("/cards/{card_id}/mail", methods=["POST"])
@endpoint(
    "Mail a card", resource="lead", action="update", tag="cards", writes=True, rehearsable=False
)
def mail_card(call: AnyCall, card_id: str) -> Reply:
    return Reply(status=202)


@app.route("/keys", methods=["POST"])
@endpoint(
    "Make a key",
    resource="lead",
    action="create",
    tag="cards",
    body=NewCard,
    writes=True,
    secret=True,
    media="text/plain",
)
def make_key(call: Call[NewCard, Nothing]) -> Reply:
    call.unit.put(Card(**Card.stamp(call.context), name="key"))
    return Reply(f"secret of {call.body.name}")


@app.route("/piles", methods=["POST"])
@endpoint(
    "Create cards one by one",
    resource="lead",
    action="create",
    tag="cards",
    writes=True,
    piecemeal=True,
)
def create_pile(call: AnyCall) -> Reply:
    for name in ("a", "b"):
        unit = call.store.begin(call.context)
        unit.put(Card(**Card.stamp(call.context), name=name))
        unit.commit()
    return Reply(status=204)


@app.route("/broken", methods=["GET"])
@endpoint("Fail", resource=None, tag="cards")
def broken(call: AnyCall) -> Reply:
    raise RuntimeError(SECRET)


@app.route("/page", methods=["GET"])
@endpoint("A page", resource=None, tag="cards", media="text/html")
def page(call: AnyCall) -> Reply:
    return Reply("<p>好</p>", headers={"Cache-Control": "public, max-age=60"})
