"""Access: the authorizer, sessions, people, teams, calendars, API keys, the audit trail."""

from functools import cache
from typing import Any

from chalice.app import AuthRequest

from functions.access import (
    audits,
    calendars,
    departments,
    keys,
    people,
    sessions,
    tenants,
    users,
)
from functions.access.authorizer import Authorizer
from functions.access.invitations import follow_user
from functions.access.schemas import (
    ApiKeyChange,
    ApiKeyList,
    ApiKeyView,
    AuditList,
    CalendarChange,
    Me,
    NewApiKey,
    NewCalendar,
    NewTeam,
    NewUser,
    PreloadedCalendar,
    ProfileChange,
    Rotation,
    TeamChange,
    TeamList,
    TeamMembers,
    TenantChange,
    UserChange,
    UserList,
)
from functions.access.session_schemas import (
    ChallengeAnswer,
    PasswordChange,
    Refresh,
    Session,
    SignIn,
    TotpCode,
    TotpSecret,
)
from shared.domain.audit import AuditEntry
from shared.domain.events.access import UserDeactivated, UserInvited, UserReactivated
from shared.domain.tenancy import Calendar, Team, Tenant, User
from shared.http.call import AnyCall, Reply
from shared.http.contract import Page
from shared.http.endpoint import endpoint
from shared.runtime.app import create_app
from shared.runtime.consumers import Delivery, consumes
from shared.runtime.runtime import Runtime, runtime
from shared.storage.store import DocumentPage

app = create_app("access")


# Sessions


@app.route("/v1/sessions", methods=["POST"])
@endpoint(
    "Sign in",
    body=SignIn,
    returns=Session,
    resource=None,
    tag="sessions",
    other_statuses=(401, 503),
    secret=True,
)
def sign_in(call: AnyCall) -> Session:
    """Gives tokens, or a challenge to answer. Whatever was wrong, the refusal is the same."""
    return sessions.sign_in(call)


@app.route("/v1/sessions/challenge", methods=["POST"])
@endpoint(
    "Answer a challenge",
    body=ChallengeAnswer,
    returns=Session,
    resource=None,
    tag="sessions",
    other_statuses=(401, 503),
    secret=True,
)
def answer_challenge(call: AnyCall) -> Session:
    """Takes a new password (first sign-in) or the code of the second factor."""
    return sessions.answer_challenge(call)


@app.route("/v1/sessions/refresh", methods=["POST"])
@endpoint(
    "Refresh a session",
    body=Refresh,
    returns=Session,
    resource=None,
    tag="sessions",
    other_statuses=(401, 503),
    secret=True,
)
def refresh_session(call: AnyCall) -> Session:
    """Gives a new access token."""
    return sessions.refresh(call)


@app.route("/v1/sessions", methods=["DELETE"])
@endpoint(
    "Sign out everywhere",
    status=204,
    writes=True,
    rehearsable=False,
    resource="me",
    action="update",
    tag="me",
)
def sign_out(call: AnyCall) -> None:
    """Ends all sessions of the caller; access tokens stop working within a minute."""
    sessions.sign_out(call)


# The caller


@app.route("/v1/me", methods=["GET"])
@endpoint("The caller and their rights", returns=Me, resource="me", action="read", tag="me")
def show_me(call: AnyCall) -> Me:
    """Profile, effective rights and field rules of the person or API key that asks."""
    return people.profile(call)


@app.route("/v1/me", methods=["PATCH"])
@endpoint(
    "Change the profile",
    body=ProfileChange,
    returns=User,
    writes=True,
    precondition=True,
    resource="me",
    action="update",
    tag="me",
)
def change_me(call: AnyCall) -> User:
    """Name, locale and time zone of the caller."""
    return people.change_profile(call)


@app.route("/v1/me/password", methods=["PUT"])
@endpoint(
    "Change the password",
    body=PasswordChange,
    status=204,
    writes=True,
    rehearsable=False,
    secret=True,
    resource="me",
    action="update",
    tag="me",
)
def change_password(call: AnyCall) -> None:
    """Needs the present one."""
    people.change_password(call)


@app.route("/v1/me/totp", methods=["POST"])
@endpoint(
    "Set up a second factor",
    returns=TotpSecret,
    status=201,
    writes=True,
    rehearsable=False,
    secret=True,
    resource="me",
    action="update",
    tag="me",
)
def begin_totp(call: AnyCall) -> TotpSecret:
    """Gives a secret for an authenticator app; in force once a code of it was verified."""
    return people.begin_totp(call)


@app.route("/v1/me/totp", methods=["PUT"])
@endpoint(
    "Enable the second factor",
    body=TotpCode,
    status=204,
    writes=True,
    rehearsable=False,
    secret=True,
    resource="me",
    action="update",
    tag="me",
)
def enable_totp(call: AnyCall) -> None:
    """Verifies a code of the authenticator app and asks for one at every sign-in from now on."""
    people.enable_totp(call)


@app.route("/v1/me/totp", methods=["DELETE"])
@endpoint(
    "Disable the second factor",
    status=204,
    writes=True,
    rehearsable=False,
    resource="me",
    action="update",
    tag="me",
)
def disable_totp(call: AnyCall) -> None:
    """Asks for the password alone again."""
    people.disable_totp(call)


# The tenant


@app.route("/v1/tenant", methods=["GET"])
@endpoint("The tenant", returns=Tenant, resource="tenant", action="read", tag="tenant")
def show_tenant(call: AnyCall) -> Tenant:
    """Name and defaults of the company."""
    return tenants.show_tenant(call)


@app.route("/v1/tenant", methods=["PATCH"])
@endpoint(
    "Change the tenant",
    body=TenantChange,
    returns=Tenant,
    writes=True,
    precondition=True,
    resource="tenant",
    action="update",
    tag="tenant",
)
def change_tenant(call: AnyCall) -> Tenant:
    """Name and defaults of the company."""
    return tenants.change_tenant(call)


# Users


@app.route("/v1/users", methods=["GET"])
@endpoint(
    "List users",
    query=UserList,
    returns=User,
    listed=True,
    resource="user",
    action="read",
    tag="users",
)
def list_users(call: AnyCall) -> DocumentPage:
    """By status, role or team; `q` finds any part of a name or address."""
    return users.list_users(call)


@app.route("/v1/users", methods=["POST"])
@endpoint(
    "Invite a user",
    body=NewUser,
    returns=User,
    status=201,
    writes=True,
    resource="user",
    action="create",
    tag="users",
)
def invite_user(call: AnyCall) -> User:
    """Sends a mail with a temporary password. An address is unique in the installation."""
    return users.invite_user(call)


@app.route("/v1/users/{user_id}", methods=["GET"])
@endpoint("One user", returns=User, resource="user", action="read", tag="users")
def show_user(call: AnyCall, user_id: str) -> User:
    """With role, teams, availability and status."""
    return call.load(User, user_id)


@app.route("/v1/users/{user_id}", methods=["PATCH"])
@endpoint(
    "Change a user",
    body=UserChange,
    returns=User,
    writes=True,
    precondition=True,
    resource="user",
    action="update",
    tag="users",
)
def change_user(call: AnyCall, user_id: str) -> User:
    """Role, teams, calendar, capacity, leave. The last administrator stays one."""
    return users.change_user(call, user_id)


@app.route("/v1/users/{user_id}/deactivation", methods=["POST"])
@endpoint(
    "Shut a user out",
    returns=User,
    writes=True,
    precondition=True,
    resource="user",
    action="deactivate",
    tag="users",
)
def deactivate_user(call: AnyCall, user_id: str) -> User:
    """Ends their sessions. The last administrator stays."""
    return users.deactivate_user(call, user_id)


@app.route("/v1/users/{user_id}/activation", methods=["POST"])
@endpoint(
    "Let a user in again",
    returns=User,
    writes=True,
    precondition=True,
    resource="user",
    action="deactivate",
    tag="users",
)
def activate_user(call: AnyCall, user_id: str) -> User:
    """They sign in as before."""
    return users.activate_user(call, user_id)


@app.route("/v1/users/{user_id}/invitation", methods=["POST"])
@endpoint(
    "Invite again",
    returns=User,
    writes=True,
    precondition=True,
    resource="user",
    action="create",
    tag="users",
)
def invite_user_again(call: AnyCall, user_id: str) -> User:
    """Sends a new temporary password to somebody who never signed in."""
    return users.invite_again(call, user_id)


# Teams


@app.route("/v1/teams", methods=["GET"])
@endpoint(
    "List teams",
    query=TeamList,
    returns=Team,
    listed=True,
    resource="team",
    action="read",
    tag="teams",
)
def list_teams(call: AnyCall) -> DocumentPage:
    """All, or those directly below `parent`."""
    return departments.list_teams(call)


@app.route("/v1/teams", methods=["POST"])
@endpoint(
    "Create a team",
    body=NewTeam,
    returns=Team,
    status=201,
    writes=True,
    resource="team",
    action="create",
    tag="teams",
)
def create_team(call: AnyCall) -> Team:
    """At the top, or below another one."""
    return departments.create_team(call)


@app.route("/v1/teams/{team_id}", methods=["GET"])
@endpoint("One team", returns=Team, resource="team", action="read", tag="teams")
def show_team(call: AnyCall, team_id: str) -> Team:
    """With its manager and members."""
    return call.load(Team, team_id)


@app.route("/v1/teams/{team_id}", methods=["PATCH"])
@endpoint(
    "Change a team",
    body=TeamChange,
    returns=Team,
    writes=True,
    precondition=True,
    resource="team",
    action="update",
    tag="teams",
)
def change_team(call: AnyCall, team_id: str) -> Team:
    """Name, manager, place in the tree. Circles are refused."""
    return departments.change_team(call, team_id)


@app.route("/v1/teams/{team_id}/members", methods=["PUT"])
@endpoint(
    "Set the members",
    body=TeamMembers,
    returns=Team,
    writes=True,
    precondition=True,
    resource="team",
    action="update",
    tag="teams",
)
def set_team_members(call: AnyCall, team_id: str) -> Team:
    """All members from now on; at most 90 may come and go at once."""
    return departments.set_members(call, team_id)


@app.route("/v1/teams/{team_id}", methods=["DELETE"])
@endpoint(
    "Delete a team",
    status=204,
    writes=True,
    precondition=True,
    resource="team",
    action="delete",
    tag="teams",
)
def delete_team(call: AnyCall, team_id: str) -> None:
    """Refused while it has members or teams below it."""
    departments.delete_team(call, team_id)


# Calendars


@app.route("/v1/calendars", methods=["GET"])
@endpoint(
    "List calendars",
    query=Page,
    returns=Calendar,
    listed=True,
    resource="calendar",
    action="read",
    tag="calendars",
)
def list_calendars(call: AnyCall) -> DocumentPage:
    """The tenant's working calendars."""
    return calendars.list_calendars(call)


@app.route("/v1/calendars", methods=["POST"])
@endpoint(
    "Create a calendar",
    body=NewCalendar,
    returns=Calendar,
    status=201,
    writes=True,
    resource="calendar",
    action="create",
    tag="calendars",
)
def create_calendar(call: AnyCall) -> Calendar:
    """Weekly hours, holidays and make-up working days."""
    return calendars.create_calendar(call)


@app.route("/v1/calendars/preloaded", methods=["POST"])
@endpoint(
    "Create a national calendar",
    body=PreloadedCalendar,
    returns=Calendar,
    status=201,
    writes=True,
    resource="calendar",
    action="create",
    tag="calendars",
)
def preload_calendar(call: AnyCall) -> Calendar:
    """With the public holidays of a country and, for China, its make-up working days."""
    return calendars.preload_calendar(call)


@app.route("/v1/calendars/{calendar_id}", methods=["GET"])
@endpoint("One calendar", returns=Calendar, resource="calendar", action="read", tag="calendars")
def show_calendar(call: AnyCall, calendar_id: str) -> Calendar:
    """With all its days."""
    return call.load(Calendar, calendar_id)


@app.route("/v1/calendars/{calendar_id}", methods=["PATCH"])
@endpoint(
    "Change a calendar",
    body=CalendarChange,
    returns=Calendar,
    writes=True,
    precondition=True,
    resource="calendar",
    action="update",
    tag="calendars",
)
def change_calendar(call: AnyCall, calendar_id: str) -> Calendar:
    """Name or working time."""
    return calendars.change_calendar(call, calendar_id)


@app.route("/v1/calendars/{calendar_id}", methods=["DELETE"])
@endpoint(
    "Delete a calendar",
    status=204,
    writes=True,
    precondition=True,
    resource="calendar",
    action="delete",
    tag="calendars",
)
def delete_calendar(call: AnyCall, calendar_id: str) -> None:
    """Who used it works by the tenant's own."""
    calendars.delete_calendar(call, calendar_id)


# API keys


@app.route("/v1/api-keys", methods=["GET"])
@endpoint(
    "List API keys",
    query=ApiKeyList,
    returns=ApiKeyView,
    listed=True,
    resource="api_key",
    action="read",
    tag="api keys",
)
def list_api_keys(call: AnyCall) -> DocumentPage:
    """With their last use, never with their secrets."""
    return keys.list_keys(call)


@app.route("/v1/api-keys", methods=["POST"])
@endpoint(
    "Create an API key",
    body=NewApiKey,
    returns=ApiKeyView,
    status=201,
    writes=True,
    secret=True,
    resource="api_key",
    action="create",
    tag="api keys",
)
def create_api_key(call: AnyCall) -> Reply:
    """The token is told this once. A key never gives more than its maker may do."""
    return keys.create_key(call)


@app.route("/v1/api-keys/{key_id}", methods=["GET"])
@endpoint("One API key", returns=ApiKeyView, resource="api_key", action="read", tag="api keys")
def show_api_key(call: AnyCall, key_id: str) -> Reply:
    """With its uses by hour."""
    return keys.show_key(call, key_id)


@app.route("/v1/api-keys/{key_id}", methods=["PATCH"])
@endpoint(
    "Change an API key",
    body=ApiKeyChange,
    returns=ApiKeyView,
    writes=True,
    precondition=True,
    resource="api_key",
    action="update",
    tag="api keys",
)
def change_api_key(call: AnyCall, key_id: str) -> Reply:
    """Name, scopes, expiry."""
    return keys.change_key(call, key_id)


@app.route("/v1/api-keys/{key_id}/rotation", methods=["POST"])
@endpoint(
    "Rotate an API key",
    body=Rotation,
    returns=ApiKeyView,
    status=201,
    writes=True,
    precondition=True,
    secret=True,
    resource="api_key",
    action="update",
    tag="api keys",
)
def rotate_api_key(call: AnyCall, key_id: str) -> Reply:
    """Tells a new token this once; the former one works on for the overlap."""
    return keys.rotate_key(call, key_id)


@app.route("/v1/api-keys/{key_id}", methods=["DELETE"])
@endpoint(
    "Revoke an API key",
    status=204,
    writes=True,
    precondition=True,
    resource="api_key",
    action="delete",
    tag="api keys",
)
def revoke_api_key(call: AnyCall, key_id: str) -> None:
    """For good, within a minute."""
    keys.revoke_key(call, key_id)


# The audit trail


@app.route("/v1/audit", methods=["GET"])
@endpoint(
    "The audit trail",
    query=AuditList,
    returns=AuditEntry,
    listed=True,
    resource="audit",
    action="read",
    tag="audit",
)
def list_audit_entries(call: AnyCall) -> DocumentPage:
    """Sign-ins and changes of secrets, newest first."""
    return audits.list_entries(call)


# Behind the scenes


@cache
def _authorizer(now: Runtime) -> Authorizer:
    return Authorizer(now)


@app.authorizer(name="authorize", ttl_seconds=60)  # pyright: ignore[reportUntypedFunctionDecorator]
def authorize(request: AuthRequest) -> dict[str, Any]:
    """Who is calling, for the gateway."""
    return _authorizer(runtime()).admit(request.token, request.method_arn)


@app.on_sqs_message(queue="user-accounts", batch_size=10, maximum_batching_window_in_seconds=1)
@consumes(UserInvited, UserDeactivated, UserReactivated)
def follow_accounts(delivery: Delivery) -> None:
    """The user pool follows what was decided about people."""
    follow_user(delivery, runtime())


@app.lambda_function(name="create_tenant")
def create_tenant(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The operator's command: takes a company in, or finds it when it was taken in before."""
    given = tenants.NewTenant.model_validate(event)
    return tenants.create_tenant(runtime(), given).model_dump(mode="json")
