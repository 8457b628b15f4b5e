"""Routes about lifecycle and grade of accounts, and what other sources know of them."""

from functions.customers import describing, enriching, standing
from functions.customers.api import app
from functions.customers.kinds import ACCOUNT
from functions.customers.known_schemas import Enrichment, NewGrade, NewLifecycle
from shared.domain.customers.account import Account
from shared.domain.customers.grading import GradingRules, NewGradingRules
from shared.http.call import AnyCall
from shared.http.endpoint import endpoint

changing = describing.of(ACCOUNT, returns=Account, action="update", precondition=True, writes=True)


@app.route("/v1/accounts/{account}/lifecycle", methods=["PUT"])
@changing("Move an account to another stage of life, with the reason", body=NewLifecycle)
def change_lifecycle(call: AnyCall, account: str) -> Account:
    """Change the lifecycle."""
    return standing.change_lifecycle(call, account, call.body)


@app.route("/v1/accounts/{account}/grade", methods=["PUT"])
@changing("Grade an account by hand, until a certain time or until taken back", body=NewGrade)
def grade_account(call: AnyCall, account: str) -> Account:
    """Grade by hand."""
    return standing.grade_by_hand(call, account, call.body)


@app.route("/v1/accounts/{account}/grade", methods=["DELETE"])
@changing("Take back a grade set by hand; the computed one stands again")
def take_back_grade(call: AnyCall, account: str) -> Account:
    """Take back the manual grade."""
    return standing.take_back_grade(call, account)


@app.route("/v1/accounts/{account}/enrichment", methods=["POST"])
@changing("Fill empty fields of an account with what a source says", body=Enrichment)
def enrich_account(call: AnyCall, account: str) -> Account:
    """Enrich."""
    return enriching.enrich(call, account, call.body)


@app.route("/v1/grading-rules", methods=["GET"])
@endpoint(
    "The rules by which accounts are graded",
    resource="grading",
    action="read",
    tag="Grading",
    returns=GradingRules,
)
def read_grading(call: AnyCall) -> GradingRules:
    """Read the grading rules."""
    return standing.rules_of(call.store, call.context)


@app.route("/v1/grading-rules", methods=["PUT"])
@endpoint(
    "Replace the rules for grades; accounts are graded again in the background",
    resource="grading",
    action="update",
    tag="Grading",
    body=NewGradingRules,
    returns=GradingRules,
    precondition=True,
    writes=True,
)
def replace_grading(call: AnyCall) -> GradingRules:
    """Replace the grading rules."""
    return standing.replace_rules(call, call.body)
