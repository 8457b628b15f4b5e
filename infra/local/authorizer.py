"""The gateway's custom authorizer: asks a function who is calling and keeps the answer a while."""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from fnmatch import translate
from typing import Any

from infra.local.apis import Authorizer
from infra.local.proxy import API_ID, STAGE, HttpRequest
from infra.local.wire import ACCOUNT, REGION

_KEPT = 10_000


class Unauthorized(Exception):
    """Nobody is named by the request: 401."""


class AccessDenied(Exception):
    """The policy does not allow this call: 403."""


class AuthorizerFailure(Exception):
    """The authorizer failed or answered nonsense: 500."""


class Gate:
    """One authorizer in front of the routes that name it."""

    def __init__(
        self,
        settings: Authorizer,
        invoke: Callable[[str, Any], Any],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._invoke = invoke
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, dict[str, Any]]] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, request: HttpRequest) -> dict[str, Any]:
        """What the function learns about the caller.

        Raises Unauthorized, AccessDenied or AuthorizerFailure.
        """
        token = request.header(self._settings.header)
        pattern = self._settings.pattern
        if not token or (pattern and not re.fullmatch(pattern, token)):
            raise Unauthorized
        called = f"{API_ID}/{STAGE}/{request.method}{request.path}"
        method_arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{called}"
        answer = self._answer(token, method_arn)
        if not _allows(answer["policyDocument"], method_arn):
            raise AccessDenied
        context = {name: _text(value) for name, value in (answer.get("context") or {}).items()}
        return {"principalId": answer["principalId"], "integrationLatency": 0, **context}

    def _answer(self, token: str, method_arn: str) -> dict[str, Any]:
        with self._lock:
            until, answer = self._kept.get(token, (0.0, {}))
        if until > self._clock():
            return answer
        answer = self._ask(token, method_arn)
        if self._settings.ttl > 0:
            with self._lock:
                self._kept[token] = (self._clock() + self._settings.ttl, answer)
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return answer

    def _ask(self, token: str, method_arn: str) -> dict[str, Any]:
        event = {"type": "TOKEN", "methodArn": method_arn, "authorizationToken": token}
        try:
            answer = self._invoke(self._settings.function, event)
        except Exception as error:
            if str(error) == "Unauthorized":  # how an authorizer says 401, by contract
                raise Unauthorized from error
            raise AuthorizerFailure(repr(error)) from error
        if not isinstance(answer, dict) or not {"principalId", "policyDocument"} <= answer.keys():
            raise AuthorizerFailure("the answer has no principalId or no policyDocument")
        return answer


def _allows(policy: dict[str, Any], method_arn: str) -> bool:
    """IAM's rule: an explicit Deny wins, otherwise one Allow is needed."""
    effects = {
        statement["Effect"]
        for statement in _many(policy.get("Statement"))
        if _matches(statement.get("Action"), "execute-api:Invoke")
        and _matches(statement.get("Resource"), method_arn)
    }
    return "Allow" in effects and "Deny" not in effects


def _matches(patterns: Any, value: str) -> bool:
    escaped = (str(pattern).replace("[", "[[]") for pattern in _many(patterns))
    return any(re.match(translate(pattern), value, re.IGNORECASE) for pattern in escaped)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
