"""The part of the walk that a customer takes: in, reviewed, deduplicated, merged, seen, left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from infra.e2e.client import Client, WalkFailed, eventually

_REASON = {"reason": "another branch with its own contract"}


class CustomerSteps:
    """The steps, in order; each needs those before it."""

    def __init__(self, api: Client) -> None:
        self._api = api
        self._account = ""
        self._twin = ""
        self._contact = ""
        self._segment = ""

    def enter_customers(self) -> None:
        """An account and a contact of it; both are found, and each event stands on the account."""
        account = {
            "name": "上海云栖数据技术有限公司",
            "website": "yunqi-data.example.cn",
            "industry": "software",
            "phones": [{"number": "021-5555 0101", "kind": "work", "shared": True}],
            "emails": [{"address": "office@yunqi-data.example.cn", "shared": True}],
        }
        self._account = self._make("accounts", account)
        person = {
            "family_name": "王",
            "given_name": "小云",
            "account": self._account,
            "phones": [{"number": "13911110101"}],
        }
        self._contact = self._make("contacts", person)
        eventually("the account is found", lambda: self._found("accounts", "云栖数据"))
        self._expect_told(self._account, "account.created", "contact.created")
        overview = f"/v1/accounts/{self._account}/overview"
        eventually(
            "the overview counts the contact",
            lambda: self._api.get(overview)["figures"] == {"contact.count": "1"},
        )

    def review_a_new_account(self) -> None:
        """What a script enters waits for the admin and is nobody's to see; then everybody's."""
        self._set_review(enabled=True, auto_approve=False)
        key = {"name": "Web shop", "role": "integration"}
        script = {
            "Authorization": f"Bearer {self._api.expect(201, 'POST', '/v1/api-keys', key)['token']}"
        }
        given = {"name": "Review Holding AG"}
        waiting = self._api.expect(201, "POST", "/v1/accounts", given, script)["id"]
        found = self._api.get("/v1/approvals?whose=all")["items"]
        approval = next(row for row in found if row["about"]["id"] == waiting)
        if waiting in self._ids("/v1/accounts"):
            raise WalkFailed("an account in review stands in the list")
        seen = {"action": "approve", "subject_version": approval["about"]["version"]}
        self._api.expect(200, "POST", f"/v1/approvals/{approval['id']}/decision", seen)
        eventually(
            "the approved account is listed", lambda: waiting in self._ids("/v1/accounts?limit=100")
        )
        self._expect_told(waiting, "account.created")
        self._set_review(enabled=False)

    def refuse_a_duplicate(self) -> None:
        """The same company once more is refused, unless somebody says why it is another one."""
        twin = {"name": "云栖数据技术（上海）有限公司", "website": "yunqi-data.example.cn"}
        refused = self._api.expect(409, "POST", "/v1/accounts", twin)
        if refused["code"] != "duplicates_found":
            raise WalkFailed(f"a duplicate was refused as {refused['code']}")
        self._twin = self._make("accounts", {**twin, "allow_duplicate": _REASON})
        self._expect_told(self._twin, "account.created")

    def merge_two_accounts(self) -> None:
        """The loser answers 301 for ever; what happened to it stands with the survivor."""
        deal = {"name": "Annual licence", "account": self._twin}
        opportunity = self._make("opportunities", deal)
        order = {"survivor": self._account, "loser": self._twin}
        self._api.expect(201, "POST", "/v1/merges", order)
        self._api.expect(301, "GET", f"/v1/accounts/{self._twin}")
        path = f"/v1/opportunities/{opportunity}"
        eventually(
            "its opportunity follows", lambda: self._api.get(path)["account"] == self._account
        )
        self._expect_told(self._account, "opportunity.created", "account.merged")
        overview = f"/v1/accounts/{self._account}/overview"
        eventually(
            "its opportunity is open at the survivor",
            lambda: [i["id"] for i in self._api.get(overview)["open_items"]] == [opportunity],
        )

    def convert_a_lead(self) -> None:
        """A lead becomes an account; what happened to the lead stands there too."""
        given = {"name": "Jan Novak", "company": "Novak Strojirna", "email": "jan@novak.example"}
        lead = self._make("leads", given)
        eventually("it is scored", lambda: self._api.get(f"/v1/leads/{lead}")["score"] is not None)
        path = f"/v1/leads/{lead}/conversion"
        order = {"opportunity": {"name": "Lathe"}}
        became = self._api.expect(201, "POST", path, order)
        self._expect_told(became["account"], "lead.converted", "lead.captured")
        again = self._api.expect(409, "POST", path, {**order, "opportunity": {"name": "Drill"}})
        if again["code"] != "ALREADY_CONVERTED":
            raise WalkFailed(f"a second conversion was refused as {again['code']}")

    def keep_a_segment(self) -> None:
        """Its members follow the records: found in the background, then kept by events."""
        condition = {"field": "industry", "op": "eq", "value": "software"}
        segment = {"name": "Software", "record_kind": "account", "condition": condition}
        self._segment = self._make("segments", segment)
        members = f"/v1/segments/{self._segment}/members"
        eventually("the account is a member", lambda: self._account in self._ids(members))
        account = f"/v1/accounts/{self._account}"
        self._api.expect(200, "PATCH", account, {"industry": "hardware"})
        eventually("it is no member any more", lambda: self._account not in self._ids(members))

    def export_accounts(self) -> None:
        """All accounts, with the number of rows and a digest."""
        order = {"kind": "account", "format": "csv"}
        job = f"/v1/exports/{self._api.expect(202, 'POST', '/v1/exports', order)['id']}"
        eventually("the export ends", lambda: self._api.get(job)["status"] == "completed")
        rows = self._api.get(job)["manifest"]["rows"]
        listed = len(self._ids("/v1/accounts?limit=100"))
        if rows != listed:
            raise WalkFailed(f"{listed} accounts are listed, {rows} were exported")

    def erase_a_person(self) -> None:
        """Nothing of the contact is left but facts; a certificate proves it."""
        order = {"type": "erasure", "subject": self._contact}
        request = f"/v1/privacy-requests/{self._make('privacy-requests', order)}"
        self._api.expect(202, "POST", f"{request}/execution", {})
        eventually("the erasure ends", lambda: self._api.get(request)["status"] == "completed")
        certificate = self._api.get(f"{request}/certificate")
        path = "/v1/privacy-certificates/verification"
        verdict = self._api.expect(200, "POST", path, certificate)
        if not verdict["valid"]:
            raise WalkFailed("the certificate of an erasure does not hold")
        eventually("nobody finds the name", lambda: not self._found("contacts", "小云"))

    def _make(self, collection: str, given: dict[str, Any]) -> str:
        return str(self._api.expect(201, "POST", f"/v1/{collection}", given)["id"])

    def _set_review(self, **rules: Any) -> None:
        path = "/v1/review-policies/account"
        version = {"If-Match": f'"{self._api.get(path)["version"]}"'}
        self._api.expect(200, "PUT", path, rules, version)

    def _ids(self, path: str) -> set[str]:
        return {item["id"] for item in self._api.get(path)["items"]}

    def _found(self, collection: str, text: str) -> list[dict[str, Any]]:
        return self._api.get(f"/v1/{collection}?q={quote(text)}")["items"]

    def _expect_told(self, account: str, *names: str) -> None:
        """Wait until events of these names stand on the account's timeline."""
        path = f"/v1/accounts/{account}/timeline?limit=100"

        def told() -> Iterable[str]:
            return {entry["name"] for entry in self._api.get(path)["items"]}

        eventually(f"{names} stand on the timeline", lambda: set(names) <= set(told()))
