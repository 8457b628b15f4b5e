"""Routes of the tenant's privacy policy."""

from functions.privacy import policies
from functions.privacy.api import TAG, app
from functions.privacy.schemas import ConsentPurposes, PrivacyPolicyChange
from shared.domain.privacy.policy import PrivacyPolicy
from shared.http.call import AnyCall
from shared.http.endpoint import endpoint


@app.route("/v1/consent-purposes", methods=["GET"])
@endpoint(
    "For what consent is asked",
    resource="consent",
    action="read",
    tag=TAG,
    returns=ConsentPurposes,
)
def list_consent_purposes(call: AnyCall) -> ConsentPurposes:
    """List."""
    return policies.purposes(call)


@app.route("/v1/privacy-policy", methods=["GET"])
@endpoint(
    "Purposes of consent, and the limit of reveals",
    resource="privacy",
    action="read",
    tag=TAG,
    returns=PrivacyPolicy,
)
def read_privacy_policy(call: AnyCall) -> PrivacyPolicy:
    """Read."""
    return policies.show(call)


@app.route("/v1/privacy-policy", methods=["PUT"])
@endpoint(
    "Decide on purposes of consent and the limit of reveals",
    resource="privacy",
    action="update",
    tag=TAG,
    body=PrivacyPolicyChange,
    returns=PrivacyPolicy,
    precondition=True,
    writes=True,
)
def change_privacy_policy(call: AnyCall) -> PrivacyPolicy:
    """Change."""
    return policies.change(call, call.body)
