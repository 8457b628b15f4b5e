"""The user pool as far as a removal needs it: accounts that go, their sessions with them."""

from typing import Any

from botocore.exceptions import ClientError

from shared.runtime.runtime import Runtime

_MISSING = "UserNotFoundException"


def remove_account(runtime: Runtime, tenant: str, user: str) -> bool:
    """Remove an account, which ends its sessions; False when there is none."""
    client: Any = runtime.client("cognito-idp")
    try:
        client.admin_delete_user(
            UserPoolId=runtime.settings.user_pool_id, Username=f"{tenant}.{user}"
        )
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != _MISSING:
            raise
        return False
    return True
