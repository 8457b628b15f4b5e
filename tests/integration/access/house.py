"""A house for access tests: one world with a user pool, and callers who come through the door."""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shared.domain.access import Principal, Role
from tests.integration.access.user_pool import FakeUserPool, KeyServer
from tests.world import Answer, World, apps

METHOD_ARN = "arn:aws:execute-api:eu-central-1:123456789012:api/prod/GET/v1/me"
PASSWORD = "Correct-Horse-9-Battery"
NEXT_PASSWORD = "Other-Staple-7-Granite"


@dataclass
class Person:
    """Somebody signed in: their tokens, and who the authorizer says they are."""

    email: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    principal: Principal


class House:
    """Everything a test of access needs at hand."""

    def __init__(self, world: World, pool: FakeUserPool, keys: KeyServer) -> None:
        self.world, self.pool, self.keys = world, pool, keys

    def create_tenant(
        self, name: str = "华星科技", email: str = "admin@huaxing.example", **more: Any
    ) -> dict[str, Any]:
        """The operator's command."""
        event = {"name": name, "admin_email": email, "admin_name": "王芳", **more}
        return apps()["access"].create_tenant(event, None)

    def admin(
        self, name: str = "华星科技", email: str = "admin@huaxing.example", **more: Any
    ) -> Person:
        """The signed-in administrator of a new tenant."""
        self.create_tenant(name, email, admin_password=PASSWORD, **more)
        self.world.settle()
        return self.sign_in(email)

    def attempt(self, email: str, password: str = PASSWORD) -> Answer:
        """A request to sign in."""
        body = {"email": email, "password": password}
        return self.world.call("POST", "/v1/sessions", body, anonymous=True)

    def sign_in(self, email: str, password: str = PASSWORD) -> Person:
        """Somebody who signs in with a password alone."""
        return self.person(email, self.attempt(email, password))

    def person(self, email: str, answer: Answer) -> Person:
        """Who an answer with tokens makes."""
        assert answer.status == 200, answer.text
        told = answer.json
        assert told["status"] == "signed_in", told
        principal = self.principal(told["access_token"])
        return Person(email, told["access_token"], told["refresh_token"], principal)

    def respond(self, challenge: Answer, **answer: str) -> Answer:
        """The answer to a challenge."""
        body = {"session": challenge.json["session"], **answer}
        return self.world.call("POST", "/v1/sessions/challenge", body, anonymous=True)

    def authorize(self, token: str, scheme: str = "Bearer") -> dict[str, Any]:
        """What the authorizer answers to the gateway."""
        event = {
            "type": "TOKEN",
            "methodArn": METHOD_ARN,
            "authorizationToken": f"{scheme} {token}",
        }
        return apps()["access"].authorize(event, None)

    def principal(self, token: str) -> Principal:
        """Who a token makes its bearer."""
        told = self.authorize(token)["context"]
        return Principal(
            tenant=told["tenant"],
            actor=told["actor"],
            role=Role(told["role"]),
            teams=tuple(json.loads(told["teams"])),
            tree=tuple(json.loads(told["tree"])),
            kind=told["kind"],
            scopes=frozenset(json.loads(told["scopes"])) if "scopes" in told else None,
            region=told["region"],
        )

    def call(self, by: Person | Principal, method: str, path: str, body: Any = None, **more: Any):
        """A request of somebody who signed in, or of a program."""
        if isinstance(by, Principal):
            return self.world.call(method, path, body, by=by, **more)
        headers = {"authorization": f"Bearer {by.access}", **more.pop("headers", {})}
        return self.world.call(method, path, body, by=by.principal, headers=headers, **more)

    def invite(self, by: Person, email: str, role: str = "sales", **more: Any) -> dict[str, Any]:
        """A user who has got their invitation."""
        body = {"email": email, "name": "Li Wei 李伟", "role": role, **more}
        answer = self.call(by, "POST", "/v1/users", body)
        assert answer.status == 201, answer.text
        self.world.settle()
        return answer.json

    def temporary_password(self, email: str) -> str:
        """The password in the last mail to this address."""
        mails = [m for m in self.world.mail.sent if m["Destination"]["ToAddresses"] == [email]]
        text = mails[-1]["Content"]["Simple"]["Body"]["Text"]["Data"]
        found = re.search(r"(?:Temporary password: |临时密码：)(\S+)", text)
        assert found, text
        return found[1]

    def member(self, by: Person, email: str, role: str = "sales", **more: Any) -> Person:
        """A user who was invited and has chosen a password."""
        self.invite(by, email, role, **more)
        challenge = self.attempt(email, self.temporary_password(email))
        return self.person(email, self.respond(challenge, new_password=PASSWORD))

    def pass_seconds(self, seconds: float) -> None:
        """Let the world's clock run."""
        self.world.pass_time(timedelta(seconds=seconds))
