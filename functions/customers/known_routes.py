"""Routes about traits of customers, and about colleagues who help on their records."""

from functions.customers import describing, use_cases
from functions.customers.api import app
from functions.customers.kinds import KINDS, CustomerKind
from functions.customers.known_schemas import NewHelper, NewTraits, TraitList, TraitName, TraitQuery
from shared.domain.customers import helping, traits
from shared.domain.customers.customer import Customer
from shared.domain.errors import InvalidInput
from shared.domain.tenancy import User
from shared.http.call import AnyCall


def add_traits(kind: CustomerKind) -> None:
    """Publish the traits of records of this kind."""
    name, one = kind.name, f"/v1/{kind.plural}/{{{kind.name}}}/traits"
    about = describing.of(kind)

    @app.route(one, methods=["GET"], name=f"list_{name}_traits")
    @about(
        f"What is known of {kind.a}, from where and since when",
        action="read",
        query=TraitQuery,
        returns=TraitList,
    )
    def page(call: AnyCall, **path: str) -> TraitList:
        """The traits that have not faded."""
        record = call.load(kind.entity, path[name])
        return TraitList(items=traits.standing(record, call.context.now, **dict(call.query)))

    @app.route(one, methods=["PUT"], name=f"learn_{name}_traits")
    @about(
        f"Add traits to {kind.a}, or renew what the same source said before",
        action="update",
        body=NewTraits,
        returns=kind.entity,
        precondition=True,
        writes=True,
    )
    def learn(call: AnyCall, **path: str) -> Customer:
        """Learn."""
        record = call.load(kind.entity, path[name])
        return use_cases.put(call, record, traits.learn(call.context, record, call.body.traits))

    @app.route(one, methods=["DELETE"], name=f"forget_{name}_trait")
    @about(
        f"Forget a trait of {kind.a}, from one source or from whatever source",
        action="update",
        query=TraitName,
        returns=kind.entity,
        precondition=True,
        writes=True,
    )
    def forget(call: AnyCall, **path: str) -> Customer:
        """Forget."""
        record = call.load(kind.entity, path[name])
        named: TraitName = call.query
        after = traits.forget(call.context, record, named.name, named.source)
        return use_cases.put(call, record, after)


def add_helpers(kind: CustomerKind) -> None:
    """Publish who helps on records of this kind."""
    name, one = kind.name, f"/v1/{kind.plural}/{{{kind.name}}}/helpers"
    sharing = describing.of(
        kind, returns=kind.entity, action="share", precondition=True, writes=True
    )

    @app.route(one, methods=["POST"], name=f"add_{name}_helper")
    @sharing(f"Let a colleague into {kind.a} until a certain time", body=NewHelper)
    def add(call: AnyCall, **path: str) -> Customer:
        """Add a helper, or change their level and end."""
        order: NewHelper = call.body
        record = call.load(kind.entity, path[name])
        user = call.store.find(User, order.user)
        if user is None or user.status != "active":
            raise InvalidInput.of("user", "unknown_user", "There is no active user with this id.")
        after = helping.add_helper(call.context, record, user.id, order.level, order.until)
        return use_cases.put(call, record, after)

    @app.route(f"{one}/{{helper}}", methods=["DELETE"], name=f"remove_{name}_helper")
    @sharing(f"End a colleague's access to {kind.a}")
    def remove(call: AnyCall, helper: str, **path: str) -> Customer:
        """Remove a helper."""
        record = call.load(kind.entity, path[name])
        return use_cases.put(call, record, helping.remove_helper(call.context, record, helper))


for _kind in KINDS:
    add_traits(_kind)
    add_helpers(_kind)
