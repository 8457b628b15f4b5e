"""The queue follows the records: whoever came, changed or went is compared again."""

from shared.domain.events.customers import CustomerPurged
from shared.domain.matching.policy import DuplicateRules
from shared.runtime.consumers import Delivery
from shared.storage import merges
from shared.storage.duplicates import policy_of
from shared.storage.pairs import refresh


def compare_again(delivery: Delivery) -> None:
    """Bring the pairs of the event's subject up to date, once in a batch.

    With a record that is removed for good the images of its merges go too.
    """
    tenant, record = delivery.store.tenant, delivery.envelope.subject.id
    done: set[tuple[str, str]] = delivery.memo.setdefault("compared", set())
    if (tenant, record) in done and not isinstance(delivery.event, CustomerPurged):
        return
    if isinstance(delivery.event, CustomerPurged):
        merges.forget_images_of(delivery.store, record)
    refresh(delivery.store, delivery.context, _rules(delivery), record)
    done.add((tenant, record))


def _rules(delivery: Delivery) -> DuplicateRules:
    key = f"duplicate rules {delivery.store.tenant}"
    if key not in delivery.memo:
        delivery.memo[key] = policy_of(delivery.store, delivery.context).rules
    rules: DuplicateRules = delivery.memo[key]
    return rules
