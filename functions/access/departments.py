"""Teams, their place in the department tree, and who is in them: always written together."""

from functions.access.schemas import NewTeam, TeamChange, TeamList, TeamMembers
from shared.domain.context import Context
from shared.domain.departments import Departments, departments_id
from shared.domain.errors import InvalidInput, InvalidState
from shared.domain.events.access import (
    TeamCreated,
    TeamDeleted,
    TeamMembersChanged,
    TeamMoved,
    UserTeamsChanged,
)
from shared.domain.tenancy import MOST_MEMBERS, MOST_TEAMS_OF_ONE, Team, User
from shared.http.call import AnyCall, Call
from shared.http.contract import Nothing
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage, Store
from shared.storage.unit_of_work import UnitOfWork

MOST_AT_ONCE = 90
"""People who join or leave in one command: each is one write, and a transaction holds 100."""


def list_teams(call: Call[Nothing, TeamList]) -> DocumentPage:
    """A page of teams, of all or directly below one."""
    query = ListQuery(relation=call.query.parent)
    return call.store.page(
        Team, query, call.grant, limit=call.query.limit, cursor=call.query.cursor
    )


def create_team(call: Call[NewTeam, Nothing]) -> Team:
    """A new team with its members. Raises InvalidInput, InvalidState."""
    given = call.body
    require_users(call.store, "manager", (given.manager,) if given.manager else ())
    team = Team(
        **Team.stamp(call.context),
        name=given.name,
        parent=given.parent,
        manager=given.manager,
        members=_distinct(given.members),
    )
    tree = departments(call.store, call.context)
    call.unit.put(tree.placed(call.context, team.id, given.parent))
    _move(call, team.id, (), team.members)
    return call.unit.put(team.recording(TeamCreated(parent=team.parent)))


def change_team(call: Call[TeamChange, Nothing], team_id: str) -> Team:
    """The team with another name, manager or place. Raises InvalidInput for a circle."""
    team = call.load(Team, team_id)
    changes = call.body.differing(team)
    if changes.get("manager"):
        require_users(call.store, "manager", (changes["manager"],))
    if "parent" not in changes:
        return call.unit.put(team.evolve(call.context, **changes)) if changes else team
    parent: str | None = changes["parent"]
    tree = departments(call.store, call.context)
    call.unit.put(tree.placed(call.context, team.id, parent))
    moved = TeamMoved(before=team.parent, after=parent)
    return call.unit.put(team.evolve(call.context, moved, **changes))


def set_members(call: Call[TeamMembers, Nothing], team_id: str) -> Team:
    """The team with exactly these members; at most MOST_AT_ONCE may come and go."""
    team = call.load(Team, team_id)
    wanted = _distinct(call.body.members)
    if set(wanted) == set(team.members):
        return team
    joined, left = _move(call, team.id, team.members, wanted)
    event = TeamMembersChanged(joined=joined, left=left)
    return call.unit.put(team.evolve(call.context, event, members=wanted))


def delete_team(call: AnyCall, team_id: str) -> None:
    """Delete a team that has neither members nor teams below it. Raises InvalidState."""
    team = call.load(Team, team_id)
    if team.members:
        raise InvalidState("Let its members leave first.", code="team_has_members")
    tree = departments(call.store, call.context)
    call.unit.put(tree.without(call.context, team.id))
    call.unit.put(team.evolve(call.context, TeamDeleted(), deleted_at=call.context.now))


def departments(store: Store, context: Context) -> Departments:
    """The tenant's tree, empty if no team was ever created."""
    tree_id = departments_id(store.tenant)
    found = store.find(Departments, tree_id)
    return found or Departments(**Departments.stamp(context, tree_id))


def follow_teams(
    unit: UnitOfWork, store: Store, context: Context, user: User, before: tuple[str, ...]
) -> None:
    """Bring the teams' lists of members in step with a user whose teams were `before`."""
    changed = set(user.teams) ^ set(before)
    teams = store.load_many(Team, changed)
    if unknown := sorted(changed - set(before) - teams.keys()):
        raise InvalidInput.of("teams", "team_unknown", f"There is no team {unknown[0]}.")
    for team in teams.values():
        joins = team.id in user.teams
        members = _with(team.members, user.id) if joins else _without(team.members, user.id)
        event = TeamMembersChanged(
            joined=(user.id,) if joins else (), left=() if joins else (user.id,)
        )
        if len(members) > MOST_MEMBERS:
            raise InvalidState(f"{team.name} is full.", code="team_full", details={"team": team.id})
        unit.put(team.evolve(context, event, members=members))


def require_users(store: Store, field: str, ids: tuple[str, ...]) -> dict[str, User]:
    """The users with these ids. Raises InvalidInput at `field` if one does not exist."""
    found = store.load_many(User, ids)
    if unknown := [user for user in ids if user not in found]:
        raise InvalidInput.of(field, "user_unknown", f"There is no user {unknown[0]}.")
    return found


def _move(
    call: AnyCall, team: str, before: tuple[str, ...], after: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write the team into, or out of, everybody whose membership changes: who joined, who left."""
    joined = tuple(user for user in after if user not in before)
    left = tuple(user for user in before if user not in after)
    if len(joined) + len(left) > MOST_AT_ONCE:
        message = f"At most {MOST_AT_ONCE} people may join or leave at once; go step by step."
        raise InvalidState(message, code="too_many_members_at_once")
    users = require_users(call.store, "members", joined)
    users |= call.store.load_many(User, left)
    for user in users.values():
        joins = user.id in joined
        teams = _with(user.teams, team) if joins else _without(user.teams, team)
        event = UserTeamsChanged(joined=(team,) if joins else (), left=() if joins else (team,))
        if len(teams) > MOST_TEAMS_OF_ONE:
            message = f"{user.name} is in as many teams as one may be."
            raise InvalidState(message, code="too_many_teams", details={"user": user.id})
        call.unit.put(user.evolve(call.context, event, teams=teams))
    return joined, left


def _with(members: tuple[str, ...], one: str) -> tuple[str, ...]:
    return members if one in members else (*members, one)


def _without(members: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(member for member in members if member != one)


def _distinct(members: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(members))
