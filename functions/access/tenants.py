"""The tenant: its defaults, and the operator's command that creates one."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from functions.access.accounts import Accounts
from functions.access.calendars import national, new_calendar, require_calendar
from functions.access.schemas import TenantChange
from functions.access.tokens import username
from functions.access.users import add_user
from shared.domain.access import Role
from shared.domain.calendars import WorkingCalendar
from shared.domain.calendars.working import Zone
from shared.domain.context import Context
from shared.domain.departments import Departments, departments_id
from shared.domain.email import Email
from shared.domain.entity import Value
from shared.domain.errors import AlreadyExists, InvalidInput
from shared.domain.events.access import TeamCreated, TenantChanged, TenantCreated, UserInvited
from shared.domain.ids import make_id
from shared.domain.money import Currency
from shared.domain.tenancy import (
    Locale,
    PersonName,
    Region,
    Team,
    Tenant,
    User,
    sign_in_name,
)
from shared.http.call import AnyCall, Call
from shared.http.contract import Nothing
from shared.runtime.runtime import Runtime
from shared.storage import keys
from shared.storage.driver import Item


class NewTenant(Value):
    """A company to take in, and its first administrator.

    With `admin_password` the administrator can sign in at once and gets no mail: for
    demonstrations and tests.
    """

    name: PersonName
    region: Region = "CN"
    time_zone: Zone = "Asia/Shanghai"
    currency: Currency = "CNY"
    locale: Locale = "zh-CN"
    admin_email: Email
    admin_name: PersonName
    admin_password: Annotated[str | None, Field(repr=False)] = None


class CreatedTenant(Value):
    """What the operator is told."""

    tenant: str
    admin: str
    team: str
    calendar: str | None
    created: bool


def show_tenant(call: AnyCall) -> Tenant:
    """The caller's tenant."""
    return call.load(Tenant, call.context.tenant)


def change_tenant(call: Call[TenantChange, Nothing]) -> Tenant:
    """The tenant with what the request names."""
    tenant = call.load(Tenant, call.context.tenant)
    changes = call.body.differing(tenant)
    if "calendar" in changes:
        require_calendar(call.store, call.body.calendar)
    event = TenantChanged(fields=tuple(sorted(changes)))
    return call.unit.put(tenant.evolve(call.context, event, **changes)) if changes else tenant


def create_tenant(runtime: Runtime, given: NewTenant) -> CreatedTenant:
    """Create the tenant, or find it when it was created before with the same name and address.

    Raises AlreadyExists when the address belongs to somebody else.
    """
    guard = keys.guard(keys.GLOBAL, User.kind, "email", sign_in_name(given.admin_email))
    row = runtime.table.get(guard)
    made = _found(runtime, given, row) if row else _made(runtime, given)
    if given.admin_password is not None:
        accounts, name = Accounts.of(runtime), username(made.tenant, made.admin)
        accounts.create(name, given.admin_email, given.admin_password, lasting=True)
    return made


def _found(runtime: Runtime, given: NewTenant, row: Item) -> CreatedTenant:
    store = runtime.store(row["tenant"]["S"])
    tenant = store.find(Tenant, store.tenant)
    if tenant is None or tenant.name != given.name:
        raise AlreadyExists("This address is in use.", field="admin_email")
    user = store.load(User, row["ref"]["S"])
    home = user.team or ""
    return CreatedTenant(
        tenant=tenant.id, admin=user.id, team=home, calendar=tenant.calendar, created=False
    )


def _made(runtime: Runtime, given: NewTenant) -> CreatedTenant:
    now = runtime.clock()
    tenant_id = make_id(Tenant.prefix, now, runtime.entropy())
    context = runtime.system_context(tenant_id, "access")
    calendar = new_calendar(context, given.name, _working(given, now))
    user_id, team_id = context.new_id(User.prefix), context.new_id(Team.prefix)
    unit = runtime.store(tenant_id).begin(context)
    unit.put(calendar)
    unit.put(_tenant(context, given, calendar.id))
    team = Team(**Team.stamp(context, team_id), name=given.name, members=(user_id,))
    unit.put(team.recording(TeamCreated()))
    tree = Departments(**Departments.stamp(context, departments_id(tenant_id)))
    unit.put(tree.placed(context, team_id, None))
    add_user(unit, _administrator(context, given, user_id, team_id))
    unit.commit()
    return CreatedTenant(
        tenant=tenant_id, admin=user_id, team=team_id, calendar=calendar.id, created=True
    )


def _tenant(context: Context, given: NewTenant, calendar: str) -> Tenant:
    tenant = Tenant(
        **Tenant.stamp(context, context.tenant),
        name=given.name,
        default_region=given.region,
        time_zone=given.time_zone,
        currency=given.currency,
        locale=given.locale,
        calendar=calendar,
    )
    return tenant.recording(TenantCreated(region=given.region))


def _administrator(context: Context, given: NewTenant, user_id: str, team: str) -> User:
    ready = given.admin_password is not None
    user = User(
        **User.stamp(context, user_id),
        email=given.admin_email,
        name=given.admin_name,
        role=Role.ADMIN,
        teams=(team,),
        locale=given.locale,
        time_zone=given.time_zone,
        status="active" if ready else "invited",
        activated_at=context.now if ready else None,
    )
    return user if ready else user.recording(UserInvited(role=user.role, invitation=1))


def _working(given: NewTenant, now: datetime) -> WorkingCalendar:
    try:
        return national(given.region, (now.year, now.year + 1), given.time_zone)
    except InvalidInput:  # no holidays are known for every country
        return WorkingCalendar.weekdays(given.time_zone)
