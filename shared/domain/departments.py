"""The tree of a tenant's departments, as one small record.

The teams say it too, one by one; this copy is changed in the same transaction, so that the
authorizer reads a caller with their whole reach in one request.
"""

from typing import ClassVar, Self

from pydantic import Field

from shared.domain.context import Context
from shared.domain.errors import InvalidInput, InvalidState
from shared.domain.tenancy import Setup

MOST_DEPARTMENTS = 200
"""The authorizer's answer may hold 8 kB, and it carries every department a manager oversees."""


class Departments(Setup):
    """The tenant's whole tree of teams: id -> parent. Changed in one transaction with the teams."""

    kind = "departments"
    prefix = "dep"
    listed = False
    history: ClassVar[bool] = False

    parents: dict[str, str | None] = Field(default_factory=dict[str, "str | None"])

    def children(self, team: str) -> tuple[str, ...]:
        """The departments directly below."""
        return tuple(sorted(child for child, parent in self.parents.items() if parent == team))

    def below(self, teams: tuple[str, ...]) -> tuple[str, ...]:
        """These departments and all below them; unknown ones are left out."""
        found: dict[str, None] = {}
        waiting = [team for team in teams if team in self.parents]
        while waiting:
            team = waiting.pop()
            if team not in found:
                found[team] = None
                waiting += self.children(team)
        return tuple(sorted(found))

    def placed(self, context: Context, team: str, parent: str | None) -> Self:
        """The tree with `team` under `parent` (None: at the top).

        Raises InvalidInput for an unknown parent or a circle, InvalidState when the tree is full.
        """
        if parent is not None and parent not in self.parents:
            raise InvalidInput.of("parent", "team_unknown", "There is no such team.")
        if parent is not None and parent in self.below((team,)):
            raise InvalidInput.of("parent", "team_circle", "A team cannot lie below itself.")
        if team not in self.parents and len(self.parents) >= MOST_DEPARTMENTS:
            message = f"A tenant has at most {MOST_DEPARTMENTS} teams."
            raise InvalidState(message, code="too_many_teams")
        return self.evolve(context, parents={**self.parents, team: parent})

    def without(self, context: Context, team: str) -> Self:
        """The tree without `team`. Raises InvalidState while something lies below it."""
        if below := self.children(team):
            message = "Move or delete the teams below it first."
            raise InvalidState(message, code="team_has_children", details={"children": list(below)})
        left = {child: parent for child, parent in self.parents.items() if child != team}
        return self.evolve(context, parents=left)


def departments_id(tenant: str) -> str:
    """The id of a tenant's tree: there is one, so it follows from the tenant's."""
    return f"{Departments.prefix}_{tenant.partition('_')[2]}"
