"""Who is calling: a person's access token or a program's API key, in one request to the table.

The gateway keeps an answer for a minute per token, so the policy holds for every route; what the
caller may do there is decided by each route's own contract.
"""

import json
from typing import Any

from functions.access.key_uses import KeyUses
from functions.access.tokens import BadToken, TokenReader
from shared.domain.access import RIGHTS, Role, Scope
from shared.domain.api_keys import MARK, ApiKey, read_token
from shared.domain.departments import Departments, departments_id
from shared.domain.tenancy import Tenant, User
from shared.runtime.runtime import Runtime
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.record import from_item

SCHEME = "bearer"
Policy = dict[str, Any]
Told = dict[str, str]


class Unauthorized(Exception):
    """Nobody is named by the request. API Gateway answers 401 to exactly this text."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


class Authorizer:
    """Decides about tokens; keeps the pool's public keys and the count of uses."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._tokens = TokenReader(runtime.settings)
        self._uses = KeyUses()

    def admit(self, header: str, method_arn: str) -> Policy:
        """The policy and what the functions learn about the caller. Raises Unauthorized."""
        scheme, _, token = header.strip().partition(" ")
        if scheme.lower() != SCHEME or not token:
            raise Unauthorized
        token = token.strip()
        is_key = token.startswith(MARK + ".")
        told = self._program(token) if is_key else self._person(token)
        return {
            "principalId": told["actor"],
            "policyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Action": "execute-api:Invoke",
                        "Effect": "Allow",
                        "Resource": _whole_stage(method_arn),
                    }
                ],
            },
            "context": told,
        }

    def _person(self, token: str) -> Told:
        now = self._runtime.clock()
        try:
            claims = self._tokens.read(token, now)
        except BadToken as bad:
            raise Unauthorized from bad
        tenant = claims.tenant
        places = {
            "user": keys.entity(tenant, claims.user),
            "tree": keys.entity(tenant, departments_id(tenant)),
            "tenant": keys.entity(tenant, tenant),
        }
        found = self._runtime.table.get_many(places.values(), consistent=True)
        if places["user"] not in found or places["tenant"] not in found:
            raise Unauthorized
        user = from_item(User, found[places["user"]])
        ended = user.signed_out_at is not None and claims.signed_in <= user.signed_out_at
        if user.status != "active" or ended:
            raise Unauthorized
        tree: tuple[str, ...] = ()
        if _needs_tree(user.role) and places["tree"] in found:
            tree = from_item(Departments, found[places["tree"]]).below(user.teams)
        return {
            "tenant": tenant,
            "actor": user.id,
            "role": user.role.value,
            "kind": "user",
            "teams": json.dumps(user.teams),
            "tree": json.dumps(tree),
            "region": _open(found[places["tenant"]]).default_region,
        }

    def _program(self, text: str) -> Told:
        token = read_token(text)
        if token is None:
            raise Unauthorized
        places = (keys.entity(token.tenant, token.key), keys.entity(token.tenant, token.tenant))
        found = self._runtime.table.get_many(places, consistent=True)
        if len(found) < len(places):
            raise Unauthorized
        key = from_item(ApiKey, found[places[0]])
        if not key.accepts(token.secret, self._runtime.clock()):
            raise Unauthorized
        self._uses.note(self._runtime, token.tenant, key.id)
        told = {
            "tenant": token.tenant,
            "actor": key.id,
            "role": key.role.value,
            "kind": "api_key",
            "teams": "[]",
            "tree": "[]",
            "region": _open(found[places[1]]).default_region,
        }
        return told if key.scopes is None else {**told, "scopes": json.dumps(key.scopes)}


def _open(item: Item) -> Tenant:
    """The tenant, unless it was closed to be removed: then nobody gets in."""
    tenant = from_item(Tenant, item)
    if tenant.closed_at is not None:
        raise Unauthorized
    return tenant


def _needs_tree(role: Role) -> bool:
    """Whether a right of the role reaches over departments; only then is the tree told."""
    return any(Scope.TREE in actions.values() for actions in RIGHTS[role].values())


def _whole_stage(method_arn: str) -> str:
    """Every method and path of the stage: the answer is kept for the token, not for the route."""
    return "/".join(method_arn.split("/")[:2]) + "/*"
