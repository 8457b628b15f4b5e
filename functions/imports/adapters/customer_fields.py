"""The fields that accounts and contacts offer to a file, by dotted names.

What a customer has several of is named by its kind, with a number behind the first one:
`phones.mobile`, `emails.work_2`, `addresses.home.city`, `identities.shop.taobao`.
"""

import re

from functions.imports.proposals import Target, TargetType

PHONE_SLOTS = {
    **dict.fromkeys(("mobile", "cell", "main_mobile"), "mobile"),
    **dict.fromkeys(("work", "business", "office", "company", "main"), "work"),
    "home": "home",
    **dict.fromkeys(("fax", "work_fax", "home_fax", "business_fax"), "fax"),
    "other": "other",
}
EMAIL_SLOTS = {
    **dict.fromkeys(("work", "business"), "work"),
    **dict.fromkeys(("personal", "home"), "personal"),
    "billing": "billing",
    "other": "other",
}
ADDRESS_SLOTS = {
    **dict.fromkeys(("work", "business"), "work"),
    **{kind: kind for kind in ("home", "billing", "shipping", "other")},
}
ADDRESS_PARTS = ("country", "province", "city", "district", "street", "postcode")
CHANNELS = ("wechat", "wecom", "shop", "erp", "other")
REFERENCES = ("id", "external_id", "tax_number", "name")
ROLES = (
    *("decision_maker", "influencer", "champion", "user", "billing", "technical", "legal"),
    *("gatekeeper", "other"),
)
_GENDERS = {
    **dict.fromkeys(("male", "m", "man", "mr", "mr.", "男", "男性", "先生"), "male"),
    **dict.fromkeys(("female", "f", "w", "woman", "ms", "mrs", "ms.", "女", "女性"), "female"),
    **dict.fromkeys(("other", "o", "non-binary", "nonbinary", "其他"), "other"),
}


def _words(slots: dict[str, str]) -> dict[str, str]:
    """What programs call the kinds; Google marks the preferred one by an asterisk."""
    plain = {name.replace("_", " "): kind for name, kind in slots.items()}
    return plain | {f"* {name}": kind for name, kind in plain.items()}


def _address(slot: str) -> tuple[Target, ...]:
    """Of the work address also the headings that say no kind."""
    concepts = {"country": "country", "province": "region", "city": "city", "street": "address"}
    concepts |= {"postcode": "postal_code", "district": "district"}
    return tuple(
        Target(
            field=f"addresses.{slot}.{part}",
            concept=concepts[part] if slot == "work" else None,
            type="country" if part == "country" else "text",
            names=(f"{slot} {part}", f"{part}_{slot}"),
        )
        for part in ADDRESS_PARTS
    )


REACHES = (
    Target(field="emails.work", concept="email", type="email", names=("email_work",)),
    Target(field="emails.personal", type="email", names=("email_home", "personal email")),
    Target(field="emails.other", type="email", names=("email_other", "other email", "email 2")),
    Target(field="phones.mobile", concept="mobile", type="phone", names=("phone_mobile", "cell")),
    Target(field="phones.work", concept="phone", type="phone", names=("phone_work",)),
    Target(field="phones.home", type="phone", names=("phone_home", "home phone", "家庭电话")),
    Target(field="phones.fax", type="phone", names=("fax", "fax number", "传真")),
    Target(field="phones.other", type="phone", names=("phone_other", "other phone")),
    *_address("work"),
    *_address("home"),
    Target(field="identities.wechat", concept="wechat"),
    Target(field="tags", concept="tags", type="list"),
)
PERSON = (
    Target(field="given_name", concept="given_name"),
    Target(field="family_name", concept="family_name"),
    Target(field="gender", names=("gender", "sex", "性别"), words=_GENDERS),
    Target(field="birthday", type="date", names=("birthday", "birth date", "dob", "生日")),
)
COMMON = (
    Target(field="external_id", concept="external_id"),
    Target(field="name", concept="name"),
    Target(field="source", concept="source"),
    Target(field="campaign", concept="campaign"),
)
AUTHORSHIP = {
    "owner": Target(field="owner"),
    "created_by": Target(field="created_by"),
    "created_at": Target(field="created_at", type="moment"),
}
"""Not proposed by themselves: they need rights, or the option that the owner is in a column."""

_PATTERNS: tuple[tuple[re.Pattern[str], TargetType, dict[str, str]], ...] = (
    (re.compile(r"phones\.[a-z0-9_]+(\.number)?"), "phone", {}),
    (re.compile(r"emails\.[a-z0-9_]+(\.address)?"), "email", {}),
    (re.compile(r"phones\.[a-z0-9_]+\.kind"), "text", _words(PHONE_SLOTS)),
    (re.compile(r"emails\.[a-z0-9_]+\.kind"), "text", _words(EMAIL_SLOTS)),
    (re.compile(r"addresses\.[a-z0-9_]+\.kind"), "text", _words(ADDRESS_SLOTS)),
    (re.compile(r"addresses\.[a-z0-9_]+\.country"), "country", {}),
    (re.compile(rf"addresses\.[a-z0-9_]+\.({'|'.join(ADDRESS_PARTS)})"), "text", {}),
    (re.compile(r"(phones|emails)\.[a-z0-9_]+\.label"), "text", {}),
    (re.compile(r"(phones|emails)\.[a-z0-9_]+\.(primary|shared)"), "boolean", {}),
    (re.compile(rf"identities\.({'|'.join(CHANNELS)})(\.[\w-]+)?"), "text", {}),
    (re.compile(r"traits\.[a-z][a-z0-9_]{0,63}"), "text", {}),
    (re.compile(r"custom\.[a-z][a-z0-9_]{0,63}"), "text", {}),
)


def pattern_target(name: str) -> Target | None:
    """The field of a name that is made of parts, or None."""
    for pattern, kind, known in _PATTERNS:
        if pattern.fullmatch(name):
            several = kind in ("phone", "email")
            return Target(field=name, type=kind, words=known, several=several)
    return None


def stem(slot: str) -> str:
    """The kind in a slot's name: `work_2` is one of `work`."""
    return re.sub(r"_?\d+$", "", slot)
