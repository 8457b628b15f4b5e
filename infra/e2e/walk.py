"""One walk through the deployed system, as its operator and its users would take it."""

from __future__ import annotations

import json
import time
from typing import Any

from infra.e2e.client import Client, WalkFailed, eventually
from infra.e2e.customers import CustomerSteps
from infra.e2e.deployment import Deployment

ADMIN = "admin@example.com"
PASSWORD = "Correct-horse-9"
_FORM_FIELDS = [
    {"name": "name", "label": "姓名", "required": True},
    {"name": "email", "label": "邮箱", "type": "email", "required": True},
]
_FILE = """编号,姓名,公司,邮箱
A-1,张三,北京星河数据,zhangsan@example.cn
A-2,李四,广州南方物流,lisi@example.cn
A-3,王五,成都蓝天医疗,wangwu@example.cn
"""
_FILE_FIELDS = [
    {"field": "external_id", "columns": ["编号"]},
    {"field": "name", "columns": ["姓名"]},
    {"field": "company", "columns": ["公司"]},
    {"field": "email", "columns": ["邮箱"]},
]


class Walk:
    """The steps, in order; each needs those before it."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._api = Client(deployment.endpoint, deployment.api)
        self._company: dict[str, Any] = {}
        self._customers = CustomerSteps(self._api)
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
            self._import_a_file,
            self._customers.enter_customers,
            self._customers.review_a_new_account,
            self._customers.refuse_a_duplicate,
            self._customers.merge_two_accounts,
            self._customers.convert_a_lead,
            self._customers.keep_a_segment,
            self._customers.export_accounts,
            self._customers.erase_a_person,
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
        self._api.expect(401, "GET", "/v1/me")
        stranger = {"Authorization": "Bearer nobody"}
        self._api.expect(401, "GET", "/v1/me", more_headers=stranger)
        refused = {"email": ADMIN, "password": "Wrong-horse-9"}
        self._api.expect(401, "POST", "/v1/sessions", refused)

    def _sign_in(self) -> None:
        answer = self._api.expect(
            200, "POST", "/v1/sessions", {"email": ADMIN, "password": PASSWORD}
        )
        self._api.token = answer["access_token"]
        self._api.expect(200, "GET", "/v1/me")

    def _route_leads(self) -> None:
        """All leads go to the only team, at any hour; the change names the version it is of."""
        now = self._api.get("/v1/lead-routing")
        rule = {"id": "all", "label": "全部", "team": self._company["team"], "working_only": False}
        version = {"If-Match": f'"{now["version"]}"'}
        self._api.expect(200, "PUT", "/v1/lead-routing", {"rules": [rule]}, version)

    def _capture_a_lead(self) -> None:
        """Over the stream, the bus and a queue the lead gets a score, an owner and a history."""
        given = {"name": "王小明", "company": "上海云栖科技", "email": "wang@example.cn"}
        lead = self._api.expect(201, "POST", "/v1/leads", given)
        path = f"/v1/leads/{lead['id']}"
        eventually("the lead is scored", lambda: self._api.get(path)["score"] is not None)
        self._expect_owner(path)
        eventually("it can be found", lambda: self._found("%E4%BA%91%E6%A0%96"))  # 云栖
        eventually("the history is kept", lambda: self._api.get(f"{path}/history")["items"])

    def _fill_in_a_form(self) -> None:
        """A visitor without an account, on a form that the company just made."""
        given = {"name": "展会", "source": "web-form", "fields": _FORM_FIELDS, "language": "zh"}
        form = self._api.expect(201, "POST", "/v1/forms", given)
        public = f"/v1/forms/{form['token']}"
        definition = self._api.expect(200, "GET", f"{public}/definition")
        time.sleep(form["minimum_seconds"] + 0.5)
        answers = {"name": "李雷", "email": "lilei@example.cn"}
        filled = {"answers": answers, "started": definition["started"]}
        self._api.expect(201, "POST", f"{public}/submissions", filled)
        eventually("the form's lead is found", lambda: self._found("lilei"))
        self._expect_owner(f"/v1/leads/{self._found('lilei')[0]['id']}")

    def _import_a_file(self) -> None:
        """Upload to a signed address, map, run in the background; every row becomes a lead."""
        job = self._api.expect(201, "POST", "/v1/imports", {"file_name": "leads.csv"})
        path = f"/v1/imports/{job['id']}"
        self._api.upload(job["upload"], _FILE.encode("gb18030"))
        self._api.expect(200, "POST", f"{path}/inspection", {})
        mapping = {"mapping": {"fields": _FILE_FIELDS, "mode": "upsert", "keys": ["external_id"]}}
        self._api.expect(200, "PUT", f"{path}/mapping", mapping)
        self._api.expect(202, "POST", f"{path}/runs", {})
        eventually("the import ends", lambda: self._api.get(path)["status"] == "completed")
        counts = {name: n for name, n in self._api.get(path)["counts"].items() if n}
        if counts != {"created": _FILE.count("@")}:
            raise WalkFailed(f"the import ended with {counts}")
        eventually("an imported lead is found", lambda: self._found("zhangsan"))
        lead = f"/v1/leads/{self._found('zhangsan')[0]['id']}"
        eventually("imported leads are scored", lambda: self._api.get(lead)["score"] is not None)

    def _found(self, text: str) -> list[dict[str, Any]]:
        """Leads that the search finds; the text is percent-encoded."""
        return self._api.get(f"/v1/leads?q={text}")["items"]

    def _expect_owner(self, path: str) -> None:
        owner = self._company["admin"]
        eventually(f"{path} has an owner", lambda: self._api.get(path)["owner"] == owner)

    def _find_no_dead_letters(self) -> None:
        queues = self._deployment.client("sqs")
        for logical_id, url in self._deployment.resources.items():
            is_queue = url.startswith(self._deployment.endpoint)
            if is_queue and logical_id.endswith(
                ("DeadLetters", "Invocations", "Records", "UndeliveredEvents")
            ):
                left = queues.receive_message(QueueUrl=url).get("Messages", [])
                if left:
                    raise WalkFailed(f"{logical_id} holds {left[0]['Body'][:500]}")
