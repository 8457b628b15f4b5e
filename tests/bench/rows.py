"""What the rivals write and read besides the lead itself, so that the DynamoDB calls are the same:
a row for each match key in the lead's transaction, and a look at the tags it is given.
"""

from typing import Any


def match_rows(tenant: str, lead: dict[str, Any], sort: str) -> list[dict[str, str]]:
    """As many rows as the product writes for this lead, under the plainest keys that would do."""
    company = str(lead["company"]).casefold()
    name = f"{lead['family_name']}{lead['given_name']}".casefold()
    keys = (
        f"phone:{lead['phone']}",
        f"email:{str(lead['email']).casefold()}",
        f"domain:{str(lead['website']).partition('//')[2]}",
        f"company:{company}",
        f"brand:{company[:2]}",
        f"name_phone:{name}:{str(lead['phone'])[-4:]}",
        f"name_company:{name}:{company}",
        f"name_city:{name}:{str(lead['city']).casefold()}",
    )
    return [{"pk": f"{tenant}#M#{key}", "sk": sort} for key in keys]


def tag_keys(tenant: str, lead: dict[str, Any]) -> list[dict[str, str]]:
    """Where it would stand that a tag may not be given any more."""
    return [{"pk": f"{tenant}#U#tag#closed#{tag}", "sk": "#"} for tag in lead["tags"]]


def store(table: Any, item: dict[str, Any], tenant: str, lead: dict[str, Any]) -> None:
    """One BatchGetItem and one TransactWriteItems."""
    client = table.meta.client
    client.batch_get_item(RequestItems={table.name: {"Keys": tag_keys(tenant, lead)}})
    new = {"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}
    rows = match_rows(tenant, lead, f"{item['kind']}#{item['id']}")
    puts = [new, *({"Item": row} for row in rows)]
    client.transact_write_items(
        TransactItems=[{"Put": {"TableName": table.name, **put}} for put in puts]
    )
