"""Who may own a record: an active user, in one of their own teams."""

from shared.domain.errors import InvalidInput
from shared.domain.tenancy import User
from shared.storage.store import Store


def team_of_owner(store: Store, owner: str, team: str | None) -> str | None:
    """The team in which this person shall own a record: the given one, else their first.

    Raises InvalidInput unless they are active and in that team. One request.
    """
    user = store.find(User, owner)
    if user is None or user.status != "active":
        raise InvalidInput.of("owner", "unknown_user", "There is no active user with this id.")
    chosen = team or (user.teams[0] if user.teams else None)
    if chosen is not None and chosen not in user.teams:
        raise InvalidInput.of("team", "not_a_member", "The user is not a member of this team.")
    return chosen
