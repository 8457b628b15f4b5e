"""The people that rows name as owners and authors, by id or e-mail address."""

from collections.abc import Iterable
from dataclasses import dataclass

from functions.imports.policies import PRESERVE
from shared.domain.access import Principal, may
from shared.domain.errors import InvalidInput
from shared.domain.ids import is_id
from shared.domain.tenancy import User, sign_in_name
from shared.storage.store import Store


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a record becomes."""

    user: str | None = None
    team: str | None = None


class People:
    """Users by what a file calls them; looked up a hundred at once, kept for the chunk."""

    def __init__(self, store: Store, principal: Principal) -> None:
        self._store = store
        self._inactive = may(principal, "import", PRESERVE)
        self._users: dict[str, User | None] = {}

    def learn(self, names: Iterable[str]) -> None:
        """Look up everybody who is not known yet."""
        new = {name for name in names if name not in self._users}
        if not new:
            return
        ids = {name: name for name in new if is_id(name, User.prefix)}
        addresses = {name: sign_in_name(name) for name in new if name not in ids and "@" in name}
        held = self._store.holders(User, "email", set(addresses.values()))
        ids |= {name: held[address] for name, address in addresses.items() if address in held}
        users = self._store.load_many(User, set(ids.values()))
        self._users |= {name: users.get(ids.get(name, "")) for name in new}

    def author(self, name: str) -> str:
        """The id of who made a record. Raises InvalidInput (`unknown_user`)."""
        return self._user(name, "created_by").id

    def owner(self, name: str) -> Owner:
        """Whose the record becomes, in their first team. Raises InvalidInput (`unknown_user`,
        `user_inactive` without the right to keep authorship)."""
        user = self._user(name, "owner")
        if user.status != "active" and not self._inactive:
            message = f"{name[:80]} is not active."
            raise InvalidInput.of("owner", "user_inactive", message)
        return Owner(user.id, user.team)

    def _user(self, name: str, field: str) -> User:
        self.learn([name])
        found = self._users[name]
        if found is None:
            raise InvalidInput.of(field, "unknown_user", f"There is no user '{name[:80]}'.")
        return found
