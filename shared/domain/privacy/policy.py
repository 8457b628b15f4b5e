"""What a tenant decides about people's data: for what it asks consent, how much may be revealed."""

from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from shared.domain.consents.model import EVERY_PURPOSE, Purpose
from shared.domain.entity import Value
from shared.domain.errors import InvalidInput
from shared.domain.tenancy import Setup
from shared.domain.text import Line

Label = Annotated[Line, Field(min_length=1, max_length=100)]


class ConsentPurpose(Value):
    """Something that people can agree to, and what it is called in Chinese and English."""

    code: Purpose
    zh: Label
    en: Label


class PolicyFields(Value):
    """What clients may say about the policy."""

    purposes: Annotated[tuple[ConsentPurpose, ...], Field(min_length=1, max_length=50)] = (
        ConsentPurpose(code="marketing", zh="营销推广", en="Marketing"),
        ConsentPurpose(code="service", zh="服务通知", en="Service messages"),
        ConsentPurpose(code="research", zh="满意度调查", en="Surveys"),
    )
    reveals_per_day: Annotated[int, Field(ge=0, le=100_000)] = 100

    @field_validator("purposes")
    @classmethod
    def _codes_differ(cls, purposes: tuple[ConsentPurpose, ...]) -> tuple[ConsentPurpose, ...]:
        codes = [purpose.code for purpose in purposes]
        if len(set(codes)) != len(codes) or EVERY_PURPOSE in codes:
            raise ValueError(f"codes differ, and none of them is {EVERY_PURPOSE}")
        return purposes


class PrivacyPolicy(PolicyFields, Setup):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A tenant's policy; `reveals_per_day` is what one user may unmask in a day (UTC)."""

    kind: ClassVar[str] = "privacy_policy"
    prefix: ClassVar[str] = "ppl"
    listed: ClassVar[bool] = False
    model_config = Setup.model_config

    def require_purpose(self, code: str) -> None:
        """Raises InvalidInput for a purpose that is not on the list."""
        if code not in {purpose.code for purpose in self.purposes}:
            message = "This purpose is not on the tenant's list."
            raise InvalidInput.of("purpose", "purpose_unknown", message)
