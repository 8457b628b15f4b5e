"""Leaves out request signatures, which the embedded cloud does not look at.

Signing is a sixth of what a call costs the caller, and a laptop pays for both sides. Signed links
keep their signatures: they are made by other classes.
"""

from __future__ import annotations

from typing import Any

from botocore.auth import SigV4Auth


def install() -> None:
    """Replace botocore's signing in this process, and only for plain requests."""
    sign: Any = SigV4Auth.add_auth

    def add_auth(self: Any, request: Any) -> None:
        if type(self) is not SigV4Auth:
            sign(self, request)
            return
        signer: Any = self
        scope = f"test/20200101/{signer._region_name}/{signer._service_name}/aws4_request"
        request.headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        )

    SigV4Auth.add_auth = add_auth
