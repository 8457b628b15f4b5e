"""What the user pool must know about people, after the fact: accounts follow the table.

Each event makes the account match the user as stored now, so order and repetition of events do
not matter. A temporary password follows from the invitation, so a repeated mail repeats it.
"""

import base64
import hashlib
import hmac

from functions.access.accounts import Accounts
from functions.access.tokens import username
from shared.domain.events.access import UserInvited
from shared.domain.tenancy import Tenant, User
from shared.runtime.consumers import Delivery
from shared.runtime.runtime import Runtime
from shared.storage import keys

_CHINESE = (
    "{tenant}邀请您使用 Rapport",
    "{name}，您好！\n\n{tenant}邀请您使用 Rapport。\n\n{address}"
    "登录名：{email}\n临时密码：{password}\n\n"
    "首次登录时请设置新密码。临时密码七天内有效。\n",
)
_ENGLISH = (
    "{tenant} invites you to Rapport",
    "Hello {name},\n\n{tenant} invites you to use Rapport.\n\n{address}Sign-in name: {email}\n"
    "Temporary password: {password}\n\n"
    "You will choose a password of your own when you first sign in. "
    "The temporary one is valid for seven days.\n",
)


def follow_user(delivery: Delivery, runtime: Runtime) -> None:
    """Make the account match the user; for an invitation also set a password and send the mail."""
    store, event = delivery.store, delivery.event
    mark = keys.inbox(store.tenant, delivery.consumer, delivery.envelope.id)
    user = store.find(User, delivery.envelope.subject.id)
    if user is None or runtime.table.get(mark) is not None:
        return
    accounts, name = Accounts.of(runtime), username(store.tenant, user.id)
    if user.status == "deactivated":
        accounts.disable(name)
    elif user.status == "invited" and isinstance(event, UserInvited):
        _invite(accounts, runtime, store.load(Tenant, store.tenant), user)
    else:
        accounts.enable(name)
    delivery.begin().commit()


def temporary_password(secret: bytes, user: User) -> str:
    """The password of this invitation, within any policy: it has letters of both cases, digits."""
    message = f"invitation\x1f{user.id}\x1f{user.invitations}".encode()
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    return "Rp7-" + base64.b32encode(digest).decode()[:20].lower()


def invitation(tenant: Tenant, user: User, password: str, address: str) -> tuple[str, str]:
    """Subject and text of the mail, in the user's language."""
    subject, text = _CHINESE if user.locale.startswith("zh") else _ENGLISH
    values = {
        "tenant": tenant.name,
        "name": user.name,
        "email": user.email,
        "password": password,
        "address": f"{address}\n" if address else "",
    }
    return subject.format(**values), text.format(**values)


def _invite(accounts: Accounts, runtime: Runtime, tenant: Tenant, user: User) -> None:
    password = temporary_password(runtime.signing_secret, user)
    name = username(tenant.id, user.id)
    accounts.create(name, user.email, password, lasting=False)
    accounts.enable(name)
    settings = runtime.settings
    subject, text = invitation(tenant, user, password, settings.public_url)
    runtime.client("sesv2").send_email(
        FromEmailAddress=settings.mail_from,
        Destination={"ToAddresses": [user.email]},
        Content={"Simple": {"Subject": _text(subject), "Body": {"Text": _text(text)}}},
    )


def _text(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
