"""Loads many accounts into the running system, to see how it behaves when it is full.

.venv/bin/python -m infra.local.crowd 100000    beside `make run`

Items and match rows are written by the storage layer's own functions, without events; history and
search rows follow from the table's stream, as always. The same number is the same account, so
running it again changes nothing.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local import stack
from infra.local.demo import Client, DemoFailed
from infra.local.template import load
from shared.domain.access import Principal, Role
from shared.domain.context import Context
from shared.domain.customers.account import Account
from shared.domain.customers.capture import AccountInput, new_account
from shared.domain.ids import make_id
from shared.runtime.runtime import Runtime
from shared.runtime.settings import read_settings
from shared.storage.driver import Item
from shared.storage.natural_keys import guards_of, match_rows_of
from shared.storage.record import to_item

ROOT = Path(__file__).resolve().parents[2]
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
WRITERS = 4
CHUNK = 500
SYLLABLES = "星云海天华瑞鼎恒盛金凯博联智远嘉新泰康达龙景润宏"
CITIES = [
    *("北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "西安"),
    *("南京", "苏州", "青岛", "厦门", "长沙", "重庆", "天津", "宁波"),
]
TRADES = ("科技", "贸易", "医疗", "物流", "文化", "能源", "食品", "建材", "教育", "机械", "电子")
STEMS = ("Nor", "Alt", "Bri", "Cor", "Del", "Fal", "Gran", "Hel", "Kor", "Lin", "Mar", "Ost")
ENDS = ("mann", "wick", "ford", "berg", "tec", "dale", "stein", "field", "holm", "land", "sen")
FORMS = ("GmbH", "Ltd", "Inc", "AG", "BV", "SAS")
SOURCES = ("Trade fair", "Web site", "Referral", "转介绍")


def name_of(number: int) -> str:
    """A company's name; every third is Latin. Neighbours share parts, as in life."""
    if number % 3 == 0:
        stem, end, form = _digits(number // 3, len(STEMS), len(ENDS), len(FORMS))
        return f"{STEMS[stem]}{ENDS[end]} {_roman(number)} {FORMS[form]}"
    city, one, two, three, trade = _digits(
        number, len(CITIES), len(SYLLABLES), len(SYLLABLES), len(SYLLABLES), len(TRADES)
    )
    brand = SYLLABLES[one] + SYLLABLES[two] + SYLLABLES[three]
    return f"{CITIES[city]}{brand}{TRADES[trade]}有限公司"


def account_of(number: int, context: Context) -> Account:
    """The account with this number as it shall be stored: a name, a telephone, some an e-mail."""
    given = AccountInput.model_validate(
        {
            "name": name_of(number),
            "phones": [{"number": f"138{number * 7919 % 10**8:08d}"}],
            "emails": [{"address": f"a@b{number}.cn"}] if number % 5 == 0 else [],
            "source": SOURCES[number % len(SOURCES)],
            "company_size": number * 53 % 900 + 5,
            "external_id": f"crowd-{number:07d}",
        }
    )
    at = FIRST + timedelta(minutes=number)
    account_id = make_id(Account.prefix, at, number.to_bytes(10, "big"))
    made = new_account(
        context,
        given,
        channel="import",
        account_id=account_id,
        created_at=at,
        owner=context.actor,
    )
    return made.as_stored()


def rows_of(tenant: str, account: Account) -> Iterator[Item]:
    """All that a unit of work would write for a new account, except its event."""
    yield to_item(tenant, account, (), write_id=account.id)
    for pk, sk in match_rows_of(tenant, account):
        yield {"pk": {"S": pk}, "sk": {"S": sk}}
    for (pk, sk), claim in guards_of(tenant, account).items():
        yield {"pk": {"S": pk}, "sk": {"S": sk}, "ref": {"S": claim.holder}}


def fill(now: Runtime, context: Context, numbers: range) -> int:
    """Write these accounts; gives the number of rows."""

    def write(part: Sequence[int]) -> int:
        accounts = (account_of(number, context) for number in part)
        rows = [row for account in accounts for row in rows_of(context.tenant, account)]
        now.table.write_many(puts=rows)
        return len(rows)

    with ThreadPoolExecutor(WRITERS) as pool:
        parts = [numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK)]
        return sum(pool.map(write, parts))


def main() -> int:
    """Load, then wait until the last one is found; 1 when the system does not run here."""
    wanted = argparse.ArgumentParser(prog="infra.local.crowd")
    wanted.add_argument("count", type=int, help="how many accounts")
    wanted.add_argument("--first", type=int, default=0, help="number of the first one")
    given = wanted.parse_args()
    try:
        now, client = running_system()
        me = client.call("GET", "/v1/me")
    except (OSError, KeyError, ValueError, DemoFailed) as error:
        print(f"Rapport does not run here ({error}); start it with: make run", file=sys.stderr)
        return 1
    context = now.context(_caller(me))
    began = time.monotonic()
    numbers = range(given.first, given.first + given.count)
    rows = fill(now, context, numbers)
    print(f"{given.count} accounts, {rows} rows: {time.monotonic() - began:.0f} s", flush=True)
    _await_search(client, numbers[-1])
    print(f"all of them can be found: {time.monotonic() - began:.0f} s", flush=True)
    return 0


def running_system() -> tuple[Runtime, Client]:
    """What runs here: its table, and its API as the demo's administrator reaches it.

    Raises OSError, KeyError or ValueError when nothing does.
    """
    noted = json.loads((ROOT / ".local" / "state.json").read_text("utf-8"))
    demo = json.loads((ROOT / ".local" / "demo.json").read_text("utf-8"))
    endpoint = f"http://127.0.0.1:{noted['cloud']['port']}"
    environment = stack.environment(load(ROOT / "template.yaml"), noted["stack"]["outputs"])
    os.environ.update({**environment, **stack.isolation(endpoint, demo["base_url"])})
    client = Client(demo["base_url"])
    who = {name: demo["users"][0][name] for name in ("email", "password")}
    client.token = str(client.call("POST", "/v1/sessions", who)["access_token"])
    return Runtime(read_settings()), client


def _caller(me: dict[str, Any]) -> Principal:
    return Principal(me["tenant"], me["id"], Role(me["role"]), region="CN")


def _digits(number: int, *bases: int) -> Iterator[int]:
    """The number in a mixed radix, so that different numbers give different digits."""
    for base in bases:
        number, digit = divmod(number, base)
        yield digit


def _roman(number: int) -> str:
    """Letters that tell one number from another: a word such as companies are called by."""
    letters = "aeioubdfgklmnprst"
    text = ""
    while number or not text:
        number, digit = divmod(number, len(letters))
        text += letters[digit]
    return text.capitalize()


def _await_search(client: Client, number: int) -> None:
    """Wait until the stream has brought the search rows of this account."""
    while not client.call("GET", f"/v1/accounts?q=crowd-{number:07d}")["items"]:
        time.sleep(5)


if __name__ == "__main__":
    sys.exit(main())
