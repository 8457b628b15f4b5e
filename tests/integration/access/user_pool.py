"""A user pool as the product sees it: accounts, challenges, lock-out, real signed tokens.

It keeps the time of the test's world. Its public keys are served on loopback, as on AWS by HTTPS.
"""

import hashlib
import hmac
import json
import re
import secrets
import struct
import threading
from base64 import b32decode, b32encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

REGION, POOL, APPLICATION = "eu-central-1", "eu-central-1_Test", "application"
ISSUER = f"https://cognito-idp.{REGION}.amazonaws.com/{POOL}"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
MOST_FAILURES = 5


def totp(secret: str, now: datetime) -> str:
    """RFC 6238, six digits, thirty seconds."""
    counter = struct.pack(">Q", int(now.timestamp()) // 30)
    digest = hmac.new(b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 10**6:06d}"


@dataclass
class Account:
    password: str
    lasting: bool
    email: str
    enabled: bool = True
    failures: int = 0
    totp_secret: str = ""
    second_factor: bool = False
    generation: int = 0


@dataclass
class FakeUserPool:
    """The calls the product makes of Cognito, with Cognito's exceptions."""

    clock: Callable[[], datetime]
    accounts: dict[str, Account] = field(default_factory=dict)
    sessions: dict[str, tuple[str, str]] = field(default_factory=dict)
    refresh_tokens: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    fail_next: str = ""

    def admin_create_user(self, **r: Any) -> Any:
        self._enter("admin_create_user", r)
        assert r["MessageAction"] == "SUPPRESS"
        if r["Username"] in self.accounts:
            raise refused("UsernameExistsException")
        _check_policy(r["TemporaryPassword"])
        email = next(a["Value"] for a in r["UserAttributes"] if a["Name"] == "email")
        self.accounts[r["Username"]] = Account(r["TemporaryPassword"], False, email)
        return {}

    def admin_set_user_password(self, **r: Any) -> Any:
        account = self._enter("admin_set_user_password", r, of=True)
        _check_policy(r["Password"])
        account.password, account.lasting = r["Password"], r["Permanent"]
        return {}

    def admin_enable_user(self, **r: Any) -> Any:
        self._enter("admin_enable_user", r, of=True).enabled = True
        return {}

    def admin_disable_user(self, **r: Any) -> Any:
        self._enter("admin_disable_user", r, of=True).enabled = False
        return {}

    def admin_user_global_sign_out(self, **r: Any) -> Any:
        self._enter("admin_user_global_sign_out", r, of=True).generation += 1
        return {}

    def admin_set_user_mfa_preference(self, **r: Any) -> Any:
        account = self._enter("admin_set_user_mfa_preference", r, of=True)
        account.second_factor = r["SoftwareTokenMfaSettings"]["Enabled"]
        return {}

    def admin_initiate_auth(self, **r: Any) -> Any:
        self._enter("admin_initiate_auth", r)
        assert r["ClientId"] == APPLICATION
        given = r["AuthParameters"]
        if r["AuthFlow"] == "REFRESH_TOKEN_AUTH":
            return self._refresh(given["REFRESH_TOKEN"])
        account = self.accounts.get(given["USERNAME"])
        if account is None or not account.enabled or account.failures >= MOST_FAILURES:
            raise refused("NotAuthorizedException")
        if given["PASSWORD"] != account.password:
            account.failures += 1
            raise refused("NotAuthorizedException")
        account.failures = 0
        return self._next(given["USERNAME"], account)

    def admin_respond_to_auth_challenge(self, **r: Any) -> Any:
        self._enter("admin_respond_to_auth_challenge", r)
        answer = r["ChallengeResponses"]
        if self.sessions.get(r["Session"]) != (answer["USERNAME"], r["ChallengeName"]):
            raise refused("NotAuthorizedException")
        account = self.accounts[answer["USERNAME"]]
        if r["ChallengeName"] == "NEW_PASSWORD_REQUIRED":
            _check_policy(answer["NEW_PASSWORD"])
            account.password, account.lasting = answer["NEW_PASSWORD"], True
        elif answer["SOFTWARE_TOKEN_MFA_CODE"] != totp(account.totp_secret, self.clock()):
            raise refused("CodeMismatchException")
        del self.sessions[r["Session"]]
        if r["ChallengeName"] == "NEW_PASSWORD_REQUIRED":
            return self._next(answer["USERNAME"], account)
        return self._tokens(answer["USERNAME"], account)

    def associate_software_token(self, **r: Any) -> Any:
        account = self._owner(r["AccessToken"])
        account.totp_secret = b32encode(secrets.token_bytes(20)).decode()
        return {"SecretCode": account.totp_secret}

    def verify_software_token(self, **r: Any) -> Any:
        account = self._owner(r["AccessToken"])
        if r["UserCode"] != totp(account.totp_secret, self.clock()):
            raise refused("EnableSoftwareTokenMFAException")
        return {"Status": "SUCCESS"}

    def change_password(self, **r: Any) -> Any:
        account = self._owner(r["AccessToken"])
        if r["PreviousPassword"] != account.password:
            raise refused("NotAuthorizedException")
        _check_policy(r["ProposedPassword"])
        account.password = r["ProposedPassword"]
        return {}

    def token(self, username: str, **claims: Any) -> str:
        """An access token of this pool; `claims` replace its own."""
        return signed(self.claims(username) | claims)

    def claims(self, username: str) -> dict[str, Any]:
        """What an access token says."""
        now = int(self.clock().timestamp())
        return {
            "iss": ISSUER,
            "client_id": APPLICATION,
            "token_use": "access",
            "username": username,
            "iat": now,
            "auth_time": now,
            "exp": now + 3600,
            "jti": secrets.token_hex(8),
        }

    def _next(self, username: str, account: Account) -> Any:
        if not account.lasting:
            return self._ask(username, "NEW_PASSWORD_REQUIRED")
        if account.second_factor:
            return self._ask(username, "SOFTWARE_TOKEN_MFA")
        return self._tokens(username, account)

    def _ask(self, username: str, challenge: str) -> Any:
        session = secrets.token_urlsafe(24)
        self.sessions[session] = (username, challenge)
        return {"ChallengeName": challenge, "Session": session, "ChallengeParameters": {}}

    def _tokens(self, username: str, account: Account) -> Any:
        refresh = secrets.token_urlsafe(24)
        began = int(self.clock().timestamp())
        self.refresh_tokens[refresh] = (username, account.generation, began)
        result = {"AccessToken": self.token(username), "RefreshToken": refresh, "ExpiresIn": 3600}
        return {"AuthenticationResult": result}

    def _refresh(self, token: str) -> Any:
        username, generation, began = self.refresh_tokens.get(token, ("", -1, 0))
        account = self.accounts.get(username)
        if account is None or not account.enabled or account.generation != generation:
            raise refused("NotAuthorizedException")
        access = self.token(username, auth_time=began)  # of the session, not of the token
        return {"AuthenticationResult": {"AccessToken": access, "ExpiresIn": 3600}}

    def _owner(self, token: str) -> Account:
        claims = jwt.decode(token, options={"verify_signature": False})
        return self.accounts[claims["username"]]

    def _enter(self, call: str, request: dict[str, Any], *, of: bool = False) -> Any:
        self.calls.append(call)
        assert request["UserPoolId"] == POOL
        if self.fail_next == call:
            self.fail_next = ""
            raise refused("InternalErrorException")
        if of and request["Username"] not in self.accounts:
            raise refused("UserNotFoundException")
        return self.accounts.get(request.get("Username", ""))


def signed(
    claims: dict[str, Any], key: Any = KEY, algorithm: str = "RS256", kid: str = "one"
) -> str:
    """A token with these claims, by default as the pool would sign it."""
    return jwt.encode(claims, key, algorithm, headers={"kid": kid})


def refused(code: str) -> ClientError:
    """Cognito's refusal with this code."""
    return ClientError({"Error": {"Code": code, "Message": f"{code} happened"}}, "Test")


def _check_policy(password: str) -> None:
    if len(password) < 12 or not all(re.search(p, password) for p in ("[a-z]", "[A-Z]", "[0-9]")):
        raise refused("InvalidPasswordException")


class KeyServer:
    """The pool's public keys on loopback; counts how often they were asked for."""

    def __init__(self) -> None:
        public: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
        body = json.dumps({"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]})
        served = self
        self.asked = 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                served.asked += 1
                found = self.path == f"/{POOL}/.well-known/jwks.json"
                self.send_response(200 if found else 404)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_request(self, code: Any = "-", size: Any = "-") -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
