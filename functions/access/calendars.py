"""Working calendars of a tenant, made by hand or with a country's public holidays."""

from pydantic import ValidationError

from functions.access.schemas import CalendarChange, NewCalendar, PreloadedCalendar
from shared.domain.calendars import Week, WorkingCalendar
from shared.domain.context import Context
from shared.domain.errors import InvalidInput, InvalidState
from shared.domain.events.access import CalendarChanged
from shared.domain.tenancy import Calendar, Tenant
from shared.http.call import AnyCall, Call
from shared.http.contract import Nothing, Page
from shared.http.problems import invalid_input
from shared.storage.list_query import ListQuery
from shared.storage.store import DocumentPage, Store


def list_calendars(call: Call[Nothing, Page]) -> DocumentPage:
    """A page of calendars."""
    given = call.query
    return call.store.page(
        Calendar, ListQuery(), call.grant, limit=given.limit, cursor=given.cursor
    )


def create_calendar(call: Call[NewCalendar, Nothing]) -> Calendar:
    """A calendar as described."""
    return call.unit.put(new_calendar(call.context, call.body.name, call.body.working))


def preload_calendar(call: Call[PreloadedCalendar, Nothing]) -> Calendar:
    """A calendar with a country's days. Raises InvalidInput for a country that is not known."""
    given = call.body
    zone = given.zone or call.store.load(Tenant, call.context.tenant).time_zone
    working = national(given.country, given.years, zone, given.week, given.subdivision)
    name = given.name or f"{given.country} {min(given.years)}-{max(given.years)}"
    return call.unit.put(new_calendar(call.context, name, working))


def change_calendar(call: Call[CalendarChange, Nothing], calendar_id: str) -> Calendar:
    """The calendar with what the request names."""
    calendar = call.load(Calendar, calendar_id)
    if not (changes := call.body.differing(calendar)):
        return calendar
    return call.unit.put(calendar.evolve(call.context, CalendarChanged(), **changes))


def delete_calendar(call: AnyCall, calendar_id: str) -> None:
    """Delete a calendar; who used it works by the tenant's, which cannot be deleted itself."""
    calendar = call.load(Calendar, calendar_id)
    if call.store.load(Tenant, call.context.tenant).calendar == calendar.id:
        message = "The tenant works by this calendar; choose another one first."
        raise InvalidState(message, code="calendar_in_use")
    gone = calendar.evolve(call.context, CalendarChanged(), deleted_at=call.context.now)
    call.unit.put(gone)


def new_calendar(context: Context, name: str, working: WorkingCalendar) -> Calendar:
    """A calendar that does not exist yet."""
    calendar = Calendar(**Calendar.stamp(context), name=name, working=working)
    return calendar.recording(CalendarChanged())


def national(
    country: str,
    years: tuple[int, ...],
    zone: str,
    week: Week | None = None,
    subdivision: str | None = None,
) -> WorkingCalendar:
    """Monday to Friday, 9 to 18 (or `week`), without the country's holidays."""
    # Loading the holiday tables takes long; only this needs them.
    from shared.domain.calendars.national import preloaded

    return preloaded(country, years, subdivision).on(_weekly(zone, week))


def _weekly(zone: str, week: Week | None) -> WorkingCalendar:
    if week is None:
        return WorkingCalendar.weekdays(zone)
    try:
        return WorkingCalendar(zone=zone, week=week)
    except ValidationError as error:
        raise invalid_input(error) from None


def require_calendar(store: Store, calendar: str | None) -> None:
    """Raises InvalidInput unless the calendar exists (None: the tenant's, which always does)."""
    if calendar is not None and store.find(Calendar, calendar) is None:
        raise InvalidInput.of("calendar", "calendar_unknown", "There is no such calendar.")
