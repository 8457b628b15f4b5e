"""Search rows of a change: which tokens appeared and which are gone."""

from functions.changes.images import Change
from shared.storage import keys, search
from shared.storage.driver import Item
from shared.storage.record import texts_of


def search_changes(change: Change) -> tuple[list[Item], list[keys.Key]]:
    """Rows to write and keys to remove; both empty when no searchable text changed."""
    before = _tokens(change.before)
    after = _tokens(change.after)
    image = change.image
    tenant, kind, entity_id = (image[name]["S"] for name in ("tenant", "kind", "id"))
    added = search.rows(tenant, kind, entity_id, sorted(after - before))
    gone = [keys.search(tenant, kind, token, entity_id) for token in sorted(before - after)]
    return added, gone


def _tokens(image: Item | None) -> set[str]:
    return search.tokens(texts_of(image)) if image else set()
