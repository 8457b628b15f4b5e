"""Working time: calendars (`WorkingCalendar`) and, in `national`, the days that law sets free.

`national` is imported where it is needed: its holiday tables take long to load.
"""

from shared.domain.calendars.hours import Hours, Week
from shared.domain.calendars.working import WorkingCalendar

__all__ = ["Hours", "Week", "WorkingCalendar"]
