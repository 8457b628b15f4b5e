"""API keys: made, narrowed, given a new secret, revoked. A secret is told once and never kept."""

import secrets
from datetime import datetime, timedelta

from functions.access.key_uses import last_uses, uses_by_hour
from functions.access.schemas import ApiKeyChange, ApiKeyList, ApiKeyView, NewApiKey, Rotation
from shared.domain.api_keys import ApiKey, ApiToken, hash_secret, refuse_excess
from shared.domain.errors import InvalidInput, InvalidState
from shared.domain.events.access import ApiKeyCreated, ApiKeyRevoked
from shared.http.call import AnyCall, Call, Reply
from shared.http.contract import Nothing
from shared.http.rendering import etag
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage

SECRET_BYTES = 32


def list_keys(call: Call[Nothing, ApiKeyList]) -> DocumentPage:
    """A page of keys, each with its last use."""
    given = call.query
    page = call.store.page(
        ApiKey, ListQuery(state=given.status), call.grant, limit=given.limit, cursor=given.cursor
    )
    found = [ApiKey.model_validate_json(document) for document in page.documents]
    uses = last_uses(call.store, (key.id for key in found))
    views = [ApiKeyView.of(key, call.context.now, **uses.get(key.id, {})) for key in found]
    return DocumentPage([view.model_dump_json() for view in views], page.cursor)


def show_key(call: AnyCall, key_id: str) -> Reply:
    """A key with its uses in the last hours."""
    key = call.load(ApiKey, key_id)
    hours = uses_by_hour(call.store, key.id)
    uses = last_uses(call.store, (key.id,)).get(key.id, {})
    return _shown(ApiKeyView.of(key, call.context.now, hours=hours, **uses))


def create_key(call: Call[NewApiKey, Nothing]) -> Reply:
    """A new key and, this once, its token. Raises Forbidden for more than the caller may."""
    given = call.body
    refuse_excess(call.context.principal, given.role, given.scopes)
    _refuse_past(call, given.expires_at)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    key = ApiKey(
        **ApiKey.stamp(call.context),
        name=given.name,
        role=given.role,
        scopes=given.scopes,
        expires_at=given.expires_at,
        secret_hash=hash_secret(secret),
    )
    stored = call.unit.put(key.recording(ApiKeyCreated(role=key.role)))
    return _with_token(call, stored, secret)


def change_key(call: Call[ApiKeyChange, Nothing], key_id: str) -> Reply:
    """The key with another name, scopes or expiry. Raises Forbidden like its creation."""
    key = _usable(call, key_id)
    changes = call.body.differing(key)
    refuse_excess(call.context.principal, key.role, changes.get("scopes", key.scopes))
    _refuse_past(call, changes.get("expires_at"))
    changed = call.unit.put(key.evolve(call.context, **changes)) if changes else key
    return _shown(ApiKeyView.of(changed, call.context.now))


def rotate_key(call: Call[Rotation, Nothing], key_id: str) -> Reply:
    """A new token; the former one works on for the overlap. Raises Forbidden like its creation."""
    key = _usable(call, key_id)
    refuse_excess(call.context.principal, key.role, key.scopes)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    overlap = timedelta(hours=call.body.overlap_hours)
    return _with_token(call, call.unit.put(key.rotated(call.context, secret, overlap)), secret)


def revoke_key(call: AnyCall, key_id: str) -> None:
    """No access any more, for good; the key stays in lists for the record."""
    key = call.load(ApiKey, key_id)
    if key.status == "active":
        now = call.context.now
        call.unit.put(key.evolve(call.context, ApiKeyRevoked(), revoked_at=now))


def _usable(call: AnyCall, key_id: str) -> ApiKey:
    key = call.load(ApiKey, key_id)
    if key.status == "revoked":
        raise InvalidState("This key was revoked; make a new one.", code="key_revoked")
    return key


def _refuse_past(call: AnyCall, expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at <= call.context.now:
        raise InvalidInput.of("expires_at", "in_the_past", "Give a time to come.")


def _with_token(call: AnyCall, key: ApiKey, secret: str) -> Reply:
    token = str(ApiToken(call.context.tenant, key.id, secret))
    told = None if call.context.dry_run else token  # a rehearsed one would open nothing
    return _shown(ApiKeyView.of(key, call.context.now, token=told))


def _shown(view: ApiKeyView) -> Reply:
    return Reply(view, headers={"ETag": etag(view.version)})
