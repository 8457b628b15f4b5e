"""What a record contributes to the overview of the customers it concerns."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from shared.domain.entity import Moment, Value

FigureName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)*$", max_length=100)]


class Card(Value):
    """One line of an overview, and numbers to add up over all records of a customer.

    `open`: it stands among the open items. `figures` such as `opportunity.won_amount.EUR` are
    summed over everything that concerns the customer; a name without value counts as 0.
    """

    open: bool = False
    label: str = ""
    status: str = ""
    at: Moment | None = None
    figures: dict[FigureName, Decimal] = Field(default_factory=dict[str, Decimal])
