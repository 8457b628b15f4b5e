"""One walk through the deployed system, as its operator and its users would take it."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from typing import Any

from infra.e2e.deployment import Deployment

ADMIN = "admin@example.com"
PASSWORD = "Correct-horse-9"
_PATIENCE_SECONDS = 60
_FORM_SEARCH = "/v1/leads?q=lilei"
_FORM_FIELDS = [
    {"name": "name", "label": "姓名", "required": True},
    {"name": "email", "label": "邮箱", "type": "email", "required": True},
]
_SEARCH = "/v1/leads?q=%E4%BA%91%E6%A0%96"  # 云栖


class WalkFailed(Exception):
    """A step did not go as it should; the message says which and what came instead."""


class Walk:
    """The steps, in order; each needs those before it."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._address = deployment.endpoint.removeprefix("http://")
        self._token = ""
        self._company: dict[str, Any] = {}
        self.steps: list[str] = []

    def run(self) -> None:
        """Take every step. Raises WalkFailed at the first that fails."""
        for step in (
            self._take_in_a_company,
            self._refuse_strangers,
            self._sign_in,
            self._route_leads,
            self._capture_a_lead,
            self._fill_in_a_form,
            self._find_no_dead_letters,
        ):
            step()
            self.steps.append(step.__name__.strip("_").replace("_", " "))

    def _take_in_a_company(self) -> None:
        """The operator's command, by hand."""
        company = {
            "name": "示例公司",
            "admin_email": ADMIN,
            "admin_name": "Ada 管理",
            "admin_password": PASSWORD,
        }
        answer = self._deployment.client("lambda").invoke(
            FunctionName=self._deployment.resources["AccessCreateTenant"],
            Payload=json.dumps(company),
        )
        told = answer["Payload"].read().decode()
        if "FunctionError" in answer or not json.loads(told).get("created"):
            raise WalkFailed(f"create_tenant: {told[:500]}")
        self._company = json.loads(told)

    def _refuse_strangers(self) -> None:
        self._expect(401, "GET", "/v1/me")
        self._expect(401, "GET", "/v1/me", token="nobody")
        refused = {"email": ADMIN, "password": "Wrong-horse-9"}
        self._expect(401, "POST", "/v1/sessions", refused)

    def _sign_in(self) -> None:
        answer = self._expect(200, "POST", "/v1/sessions", {"email": ADMIN, "password": PASSWORD})
        self._token = answer["access_token"]
        self._expect(200, "GET", "/v1/me", token=self._token)

    def _route_leads(self) -> None:
        """All leads go to the only team, at any hour; the change names the version it is of."""
        now = self._get("/v1/lead-routing")
        rule = {"id": "all", "label": "全部", "team": self._company["team"], "working_only": False}
        version = {"If-Match": f'"{now["version"]}"'}
        self._expect(200, "PUT", "/v1/lead-routing", {"rules": [rule]}, self._token, version)

    def _capture_a_lead(self) -> None:
        """Over the stream, the bus and a queue the lead gets a score, an owner and a history."""
        given = {"name": "王小明", "company": "上海云栖科技", "email": "wang@example.cn"}
        lead = self._expect(201, "POST", "/v1/leads", given, self._token)
        path = f"/v1/leads/{lead['id']}"
        self._eventually("the lead is scored", lambda: self._get(path)["score"] is not None)
        owner = self._company["admin"]
        self._eventually("the lead has an owner", lambda: self._get(path)["owner"] == owner)
        self._eventually("the lead can be found", lambda: self._get(_SEARCH)["items"])
        self._eventually("the history is kept", lambda: self._get(f"{path}/history")["items"])

    def _fill_in_a_form(self) -> None:
        """A visitor without an account, on a form that the company just made."""
        given = {"name": "展会", "source": "web-form", "fields": _FORM_FIELDS, "language": "zh"}
        form = self._expect(201, "POST", "/v1/forms", given, self._token)
        public = f"/v1/forms/{form['token']}"
        definition = self._expect(200, "GET", f"{public}/definition")
        time.sleep(form["minimum_seconds"] + 0.5)
        answers = {"name": "李雷", "email": "lilei@example.cn"}
        filled = {"answers": answers, "started": definition["started"]}
        self._expect(201, "POST", f"{public}/submissions", filled)
        self._eventually("the form's lead is found", lambda: self._get(_FORM_SEARCH)["items"])
        owner = self._company["admin"]
        found = self._get(_FORM_SEARCH)["items"][0]
        path = f"/v1/leads/{found['id']}"
        self._eventually("that lead has an owner", lambda: self._get(path)["owner"] == owner)

    def _find_no_dead_letters(self) -> None:
        queues = self._deployment.client("sqs")
        for logical_id, url in self._deployment.resources.items():
            is_queue = url.startswith(self._deployment.endpoint)
            if is_queue and logical_id.endswith(("DeadLetters", "Invocations", "Records")):
                left = queues.receive_message(QueueUrl=url).get("Messages", [])
                if left:
                    raise WalkFailed(f"{logical_id} holds {left[0]['Body'][:500]}")

    def _get(self, path: str) -> Any:
        return self._expect(200, "GET", path, token=self._token)

    def _expect(
        self,
        status: int,
        method: str,
        path: str,
        body: Any = None,
        token: str = "",
        more_headers: dict[str, str] | None = None,
    ) -> Any:
        """The body of an answer that must have this status."""
        headers = {"Content-Type": "application/json", **(more_headers or {})}
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
