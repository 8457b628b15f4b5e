"""The user pool: accounts, passwords and second factors, with its refusals as our errors.

An account's name is `<tenant>.<user>`, so that an access token tells both. Locking out after
repeated failures is the pool's own doing and looks like a wrong password.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import (
    InvalidInput,
    InvalidState,
    RapportError,
    RateLimited,
    Unauthenticated,
    Unavailable,
)
from shared.runtime.runtime import Runtime


class SignInFailed(Unauthenticated):
    """The address or the password is wrong, or the account is closed."""

    code = "sign_in_failed"


class SessionExpired(Unauthenticated):
    """This session is over; sign in again."""

    code = "session_expired"


class WrongCode(Unauthenticated):
    """The code is not the one that the authenticator app shows now."""

    code = "wrong_code"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the pool gives to somebody who signed in. `refresh` is empty after a refresh."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What the pool asks for before it gives tokens; `session` continues there."""

    challenge: str
    session: str = field(repr=False)


NEW_PASSWORD = "NEW_PASSWORD_REQUIRED"
TOTP = "SOFTWARE_TOKEN_MFA"
_ANSWERS = {NEW_PASSWORD: "NEW_PASSWORD", TOTP: "SOFTWARE_TOKEN_MFA_CODE"}
_THROTTLED = {"LimitExceededException", "TooManyRequestsException"}
_WRONG_CODE = {"CodeMismatchException", "EnableSoftwareTokenMFAException", "ExpiredCodeException"}
_PASSWORD_POLICY = {"InvalidPasswordException", "PasswordHistoryPolicyViolationException"}
_AWAY = {"InternalErrorException", "ServiceUnavailable"}
_MISSING = "UserNotFoundException"


class Accounts:
    """The accounts of one user pool."""

    def __init__(self, client: Any, pool: str, application: str) -> None:
        self._client = client
        self._pool = pool
        self._application = application

    @classmethod
    def of(cls, runtime: Runtime) -> Self:
        """The pool of this installation."""
        settings = runtime.settings
        client = runtime.client("cognito-idp")
        return cls(client, settings.user_pool_id, settings.user_pool_client_id)

    def start(self, username: str, password: str) -> Tokens | Asked:
        """Sign in with a password. Raises SignInFailed whatever was wrong."""
        return self._auth(
            SignInFailed(),
            self._client.admin_initiate_auth,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )

    def answer(self, username: str, asked: Asked, answer: str) -> Tokens | Asked:
        """Answer a challenge. Raises WrongCode, SessionExpired, InvalidInput (password policy)."""
        return self._auth(
            SessionExpired(),
            self._client.admin_respond_to_auth_challenge,
            ChallengeName=asked.challenge,
            Session=asked.session,
            ChallengeResponses={"USERNAME": username, _ANSWERS[asked.challenge]: answer},
        )

    def refresh(self, refresh_token: str) -> Tokens:
        """A new access token. Raises SessionExpired."""
        found = self._auth(
            SessionExpired(),
            self._client.admin_initiate_auth,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": refresh_token},
        )
        if isinstance(found, Asked):
            raise SessionExpired()
        return found

    def create(self, username: str, email: str, password: str, *, lasting: bool) -> None:
        """Make sure the account exists with this password; a passing one must be replaced."""
        attributes = [
            {"Name": "email", "Value": email},
            {"Name": "email_verified", "Value": "true"},
        ]
        try:
            self._client.admin_create_user(
                UserPoolId=self._pool,
                Username=username,
                UserAttributes=attributes,
                TemporaryPassword=password,
                MessageAction="SUPPRESS",  # the invitation is ours, in the reader's language
            )
        except ClientError as error:
            if _code(error) != "UsernameExistsException":
                raise _translate(error, SignInFailed()) from error
        self._admin("admin_set_user_password", username, Password=password, Permanent=lasting)

    def enable(self, username: str) -> None:
        """Let somebody sign in again; nothing to do for an account that does not exist yet."""
        self._admin("admin_enable_user", username, missing_ok=True)

    def disable(self, username: str) -> None:
        """Shut somebody out and end their sessions."""
        self._admin("admin_disable_user", username, missing_ok=True)
        self.sign_out(username)

    def sign_out(self, username: str) -> None:
        """End all sessions: refresh tokens no longer work."""
        self._admin("admin_user_global_sign_out", username, missing_ok=True)

    def second_factor(self, username: str, *, enabled: bool) -> None:
        """Ask for a code at sign-in, or no longer."""
        settings = {"Enabled": enabled, "PreferredMfa": enabled}
        self._admin("admin_set_user_mfa_preference", username, SoftwareTokenMfaSettings=settings)

    def new_totp_secret(self, access_token: str) -> str:
        """A secret for an authenticator app, not in force until a code was verified."""
        answer = _guarded(
            Unauthenticated(),
            self._client.associate_software_token,
            AccessToken=access_token,
        )
        return str(answer["SecretCode"])

    def verify_totp(self, access_token: str, code: str) -> None:
        """Check the first code of an authenticator app. Raises WrongCode."""
        answer = _guarded(
            Unauthenticated(),
            self._client.verify_software_token,
            AccessToken=access_token,
            UserCode=code,
        )
        if answer["Status"] != "SUCCESS":
            raise WrongCode()

    def change_password(self, access_token: str, current: str, new: str) -> None:
        """Change one's own password. Raises SignInFailed, InvalidInput (password policy)."""
        _guarded(
            SignInFailed("The present password is wrong."),
            self._client.change_password,
            AccessToken=access_token,
            PreviousPassword=current,
            ProposedPassword=new,
        )

    def _auth(
        self, refusal: RapportError, call: Callable[..., Any], **request: Any
    ) -> Tokens | Asked:
        answer = _guarded(
            refusal, call, UserPoolId=self._pool, ClientId=self._application, **request
        )
        if asked := answer.get("ChallengeName"):
            if asked not in _ANSWERS:
                raise InvalidState(f"The user pool asks for {asked}.", code="challenge_unknown")
            return Asked(str(asked), str(answer["Session"]))
        found = answer["AuthenticationResult"]
        refresh = str(found.get("RefreshToken", ""))
        return Tokens(str(found["AccessToken"]), refresh, int(found["ExpiresIn"]))

    def _admin(
        self, operation: str, username: str, *, missing_ok: bool = False, **request: Any
    ) -> None:
        call: Callable[..., Any] = getattr(self._client, operation)
        try:
            call(UserPoolId=self._pool, Username=username, **request)
        except ClientError as error:
            if missing_ok and _code(error) == _MISSING:
                return
            raise _translate(error, InvalidState("The account does not exist yet.")) from error


def _guarded(refusal: RapportError, call: Callable[..., Any], **request: Any) -> Any:
    try:
        return call(**request)
    except ClientError as error:
        raise _translate(error, refusal) from None  # the cause may repeat what was sent
    except BotoCoreError as error:
        raise Unavailable("The user pool does not answer.") from error


def _translate(error: ClientError, refusal: RapportError) -> Exception:
    """Our error for the pool's; what is our own fault stays as it is (a 500)."""
    code = _code(error)
    if code in _THROTTLED:
        return RateLimited("Too many attempts; wait a little.", details={"retry_after": 30})
    if code in _WRONG_CODE:
        return WrongCode()
    if code in _PASSWORD_POLICY:
        return InvalidInput.of("new_password", "password_policy", _said(error))
    if code in ("NotAuthorizedException", _MISSING, "UserNotConfirmedException"):
        return refusal
    if code == "PasswordResetRequiredException":
        return refusal
    return Unavailable("The user pool does not answer.") if code in _AWAY else error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _said(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Message", "The password is too weak."))
