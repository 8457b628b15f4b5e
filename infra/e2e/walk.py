"""One walk through the deployed system, as its operator and its users would take it."""

from __future__ import annotations

import http.client
import json
import os
import time
from collections.abc import Callable
from typing import Any

from infra.e2e.deployment import STACK, Deployment
from infra.local.wire import REGION

ADMIN = "admin@example.com"
PASSWORD = "Correct-horse-9"
_PATIENCE_SECONDS = 60
_SEARCH = "/v1/leads?q=%E4%BA%91%E6%A0%96"  # 云栖


class WalkFailed(Exception):
    """A step did not go as it should; the message says which and what came instead."""


class Walk:
    """The steps, in order; each needs those before it."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._address = deployment.endpoint.removeprefix("http://")
        self._token = ""
        self.steps: list[str] = []

    def run(self) -> None:
        """Take every step. Raises WalkFailed at the first that fails."""
        for step in (
            self._take_in_a_company,
            self._refuse_strangers,
            self._sign_in,
            self._capture_a_lead,
            self._find_no_dead_letters,
        ):
            step()
            self.steps.append(step.__name__.strip("_").replace("_", " "))

    def _take_in_a_company(self) -> None:
        os.environ.update(self._environment())
        from functions.access.tenants import NewTenant, create_tenant
        from shared.runtime.runtime import Runtime
        from shared.runtime.settings import read_settings

        company = NewTenant(
            name="示例公司", admin_email=ADMIN, admin_name="Ada 管理", admin_password=PASSWORD
        )
        create_tenant(Runtime(read_settings()), company)

    def _refuse_strangers(self) -> None:
        self._expect(401, "GET", "/v1/me")
        self._expect(401, "GET", "/v1/me", token="nobody")
        refused = {"email": ADMIN, "password": "Wrong-horse-9"}
        self._expect(401, "POST", "/v1/sessions", refused)

    def _sign_in(self) -> None:
        answer = self._expect(200, "POST", "/v1/sessions", {"email": ADMIN, "password": PASSWORD})
        self._token = answer["access_token"]
        self._expect(200, "GET", "/v1/me", token=self._token)

    def _capture_a_lead(self) -> None:
        """Over the stream, the bus and a queue the lead gets a score, an owner and a history."""
        given = {"name": "王小明", "company": "上海云栖科技", "email": "wang@example.cn"}
        lead = self._expect(201, "POST", "/v1/leads", given, self._token)
        path = f"/v1/leads/{lead['id']}"
        self._eventually("the lead is scored", lambda: self._get(path).get("score") is not None)
        self._eventually("the lead can be found", lambda: self._get(_SEARCH)["items"])
        self._eventually("the history is kept", lambda: self._get(f"{path}/history")["items"])

    def _find_no_dead_letters(self) -> None:
        queues = self._deployment.client("sqs")
        for logical_id, url in self._deployment.resources.items():
            is_queue = url.startswith(self._deployment.endpoint)
            if is_queue and logical_id.endswith(("DeadLetters", "Invocations", "Records")):
                left = queues.receive_message(QueueUrl=url).get("Messages", [])
                if left:
                    raise WalkFailed(f"{logical_id} holds {left[0]['Body'][:500]}")

    def _environment(self) -> dict[str, str]:
        """What an operator's command needs to know of the stack."""
        resources = self._deployment.resources
        return {
            "AWS_ENDPOINT_URL": self._deployment.endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "STACK_NAME": STACK,
            "TABLE_NAME": resources["Table"],
            "BUS_NAME": resources["Bus"],
            "FILES_BUCKET": resources["FilesBucket"],
            "USER_POOL_ID": resources["UserPool"],
            "USER_POOL_CLIENT_ID": resources["UserPoolClient"],
            "SIGNING_SECRET_ARN": resources["SigningSecret"],
        }

    def _get(self, path: str) -> Any:
        return self._expect(200, "GET", path, token=self._token)

    def _expect(
        self, status: int, method: str, path: str, body: Any = None, token: str = ""
    ) -> Any:
        """The body of an answer that must have this status."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection = http.client.HTTPConnection(self._address, timeout=60)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, f"{self._deployment.api}{path}", content, headers)
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if response.status != status:
            said = answer.decode("utf-8", "replace")[:500]
            raise WalkFailed(f"{method} {path}: {response.status} instead of {status}: {said}")
        return json.loads(answer) if answer else None

    def _eventually(self, fact: str, holds: Callable[[], Any]) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not holds():
            if time.monotonic() > deadline:
                raise WalkFailed(f"not within {_PATIENCE_SECONDS} s: {fact}")
            time.sleep(0.2)
