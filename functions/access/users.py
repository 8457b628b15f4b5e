"""People of a tenant: invited, changed, shut out, let in again.

Only the table is written here. What the user pool must know follows from the events, see
invitations.py, so that a half-done change repairs itself.
"""

from typing import Any

from functions.access.administrators import keep_count
from functions.access.calendars import require_calendar
from functions.access.departments import follow_teams
from functions.access.schemas import NewUser, UserChange, UserList
from shared.domain.access import Role
from shared.domain.errors import AlreadyExists, InvalidState, RapportError
from shared.domain.events.access import (
    UserAvailabilityChanged,
    UserDeactivated,
    UserInvited,
    UserReactivated,
    UserRoleChanged,
    UserTeamsChanged,
)
from shared.domain.events.base import Event
from shared.domain.tenancy import Tenant, User, sign_in_name
from shared.http.call import AnyCall, Call
from shared.http.contract import Nothing
from shared.storage import keys
from shared.storage.driver import Item
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage
from shared.storage.unit_of_work import UnitOfWork

_AVAILABILITY = {"calendar", "leave", "capacity", "time_zone"}


def list_users(call: Call[Nothing, UserList]) -> DocumentPage:
    """A page of users, or those in whose name or address `q` is found."""
    given = call.query
    query = ListQuery(
        state=given.status,
        equals={"source": given.role.value} if given.role else {},
        has={"tags": given.team} if given.team else {},
    )
    if given.q:
        return call.store.search(
            User, given.q, query, call.grant, limit=given.limit, cursor=given.cursor
        )
    return call.store.page(User, query, call.grant, limit=given.limit, cursor=given.cursor)


def invite_user(call: Call[NewUser, Nothing]) -> User:
    """A new user, who gets a mail. Raises AlreadyExists for an address that is in use."""
    given = call.body
    tenant = call.store.load(Tenant, call.context.tenant)
    require_calendar(call.store, given.calendar)
    user = User(
        **User.stamp(call.context),
        email=given.email,
        name=given.name,
        role=given.role,
        teams=tuple(dict.fromkeys(given.teams)),
        locale=given.locale or tenant.locale,
        time_zone=given.time_zone or tenant.time_zone,
        calendar=given.calendar,
        capacity=given.capacity,
    )
    follow_teams(call.unit, call.store, call.context, user, ())
    return add_user(call.unit, user.recording(UserInvited(role=user.role, invitation=1)))


def add_user(unit: UnitOfWork, user: User) -> User:
    """Store a new user together with their sign-in name, unique in the whole installation."""
    stored = unit.put(user)
    key = keys.guard(keys.GLOBAL, User.kind, "email", sign_in_name(user.email))
    unit.claim(key, {"ref": {"S": user.id}, "tenant": {"S": unit.tenant}}, _address_taken)
    keep_count(unit, None, stored)
    return stored


def change_user(call: Call[UserChange, Nothing], user_id: str) -> User:
    """The user with what the request names. Raises InvalidState for the last administrator."""
    user = call.load(User, user_id)
    changes = call.body.differing(user)
    if not changes:
        return user
    if "calendar" in changes:
        require_calendar(call.store, call.body.calendar)
    if "teams" in changes:
        changes["teams"] = tuple(dict.fromkeys(call.body.teams))
    changed = user.evolve(call.context, *_events(user, changes), **changes)
    follow_teams(call.unit, call.store, call.context, changed, user.teams)
    keep_count(call.unit, user, changed)
    return call.unit.put(changed)


def deactivate_user(call: AnyCall, user_id: str) -> User:
    """Shut somebody out at once. Raises InvalidState for the last administrator."""
    user = call.load(User, user_id)
    if user.status == "deactivated":
        return user
    event = UserDeactivated(role=user.role, teams=user.teams)
    return _with_status(call, user, event, status="deactivated", signed_out_at=call.context.now)


def activate_user(call: AnyCall, user_id: str) -> User:
    """Let somebody in again. Who never signed in is invited as before."""
    user = call.load(User, user_id)
    if user.status != "deactivated":
        return user
    status = "active" if user.activated_at else "invited"
    return _with_status(call, user, UserReactivated(role=user.role), status=status)


def invite_again(call: AnyCall, user_id: str) -> User:
    """Send a new temporary password. Raises InvalidState for who has signed in already."""
    user = call.load(User, user_id)
    if user.status != "invited":
        raise InvalidState("Only who never signed in can be invited.", code="not_invited")
    number = user.invitations + 1
    event = UserInvited(role=user.role, invitation=number)
    return call.unit.put(user.evolve(call.context, event, invitations=number))


def _with_status(call: AnyCall, user: User, event: Event, **changes: Any) -> User:
    changed = user.evolve(call.context, event, **changes)
    keep_count(call.unit, user, changed)
    return call.unit.put(changed)


def _events(user: User, changes: dict[str, Any]) -> list[Event]:
    """What a change means to others."""
    found: list[Event] = []
    role: Role = changes.get("role", user.role)
    if role is not user.role:
        found.append(UserRoleChanged(before=user.role, after=role))
    before, after = user.teams, changes.get("teams", user.teams)
    if set(before) != set(after):
        joined = tuple(team for team in after if team not in before)
        left = tuple(team for team in before if team not in after)
        found.append(UserTeamsChanged(joined=joined, left=left))
    if _AVAILABILITY & changes.keys():
        found.append(UserAvailabilityChanged())
    return found


def _address_taken(_: Item | None) -> RapportError:
    return AlreadyExists("This address is in use.", field="email")
