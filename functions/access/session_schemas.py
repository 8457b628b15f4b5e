"""What signing in, second factors and passwords take and give. Secrets are never printed."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from shared.domain.entity import Value

Challenge = Literal["new_password_required", "totp_required"]
Password = Annotated[SecretStr, Field(min_length=1, max_length=256)]
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$", examples=["123456"])]
Opaque = Annotated[str, Field(min_length=1, max_length=8192)]


class SignIn(Value):
    """An address and its password."""

    email: Annotated[str, Field(min_length=1, max_length=254, examples=["li.wei@example.com"])]
    password: Password


class ChallengeAnswer(Value):
    """What a challenge asked for: a new password, or the code of the second factor."""

    session: Opaque
    new_password: Password | None = None
    code: Code | None = None


class Refresh(Value):
    """The refresh token of a session."""

    refresh_token: Opaque


class Session(Value):
    """Tokens, or a challenge to answer with `session` at /v1/sessions/challenge."""

    status: Literal["signed_in", "challenge"]
    access_token: str | None = None
    refresh_token: str | None = None
    expires_in: int | None = Field(default=None, description="Seconds.")
    challenge: Challenge | None = None
    session: str | None = None


class PasswordChange(Value):
    """The present password and the next one."""

    current_password: Password
    new_password: Password


class TotpSecret(Value):
    """What an authenticator app is set up with: by hand, or the address as a QR code."""

    secret: str
    uri: str


class TotpCode(Value):
    """A code that the authenticator app shows."""

    code: Code
