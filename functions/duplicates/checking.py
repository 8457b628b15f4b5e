"""The check while somebody types: from a draft to the records that may be the same."""

from collections.abc import Callable, Iterable, Iterator

from functions.duplicates.schemas import Candidate, CheckAnswer, Draft
from shared.domain.email import parse_email
from shared.domain.errors import InvalidInput
from shared.domain.matching.profile import Profile
from shared.domain.matching.profiles import domains_of
from shared.domain.phone import parse_phone
from shared.http.call import AnyCall
from shared.storage.duplicates import as_told, check, policy_of


def candidates(call: AnyCall, draft: Draft) -> CheckAnswer:
    """The records across accounts, contacts and leads that are at the review threshold or above."""
    profile = profile_of_draft(draft, call.context.principal.region)
    least = policy_of(call.store, call.context).rules.of(draft.kind).review
    hits = check(call.store, profile, least=least)[: draft.limit]
    return CheckAnswer(
        candidates=tuple(Candidate.model_validate(as_told(call.context, hit)) for hit in hits)
    )


def profile_of_draft(draft: Draft, region: str | None) -> Profile:
    """What is typed so far; unfinished numbers and addresses are left out."""
    company = draft.kind == "account" and draft.type == "company"
    named = bool(draft.name or draft.given_name or draft.family_name)
    firm = (draft.company,) if draft.company and draft.kind == "lead" else ()
    alone = bool(firm) and not named
    address, tax = draft.address, draft.tax_number
    return Profile(
        kind=draft.kind,
        id=draft.exclude or "",
        is_company=company or alone,
        names=firm if alone else tuple(n for n in (draft.name, *draft.aliases) if n),
        given=None if company else draft.given_name,
        family=None if company else draft.family_name,
        employers=firm if named else (),
        phones=frozenset(_readable(draft.phones, lambda t: parse_phone(t, region).e164)),
        emails=frozenset(_readable(draft.emails, lambda t: parse_email(t).key)),
        domains=domains_of(draft.website),
        tax=f"{tax.scheme}:{tax.value}" if tax else None,
        identities=frozenset(":".join(identity.claim) for identity in draft.identities),
        birthday=draft.birthday,
        street=address.street if address else None,
        city=(address.city or address.province) if address else None,
        postcode=address.postcode if address else None,
        region=address.province if address else None,
    )


def _readable(typed: Iterable[str], read: Callable[[str], str]) -> Iterator[str]:
    for text in typed:
        try:
            yield read(text)
        except InvalidInput:  # not finished yet
            continue
