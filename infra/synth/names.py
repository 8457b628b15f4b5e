"""Logical ids and physical names: how triggers are called in the stack."""

import re
from typing import Any

Resources = dict[str, dict[str, Any]]
"""Logical id -> CloudFormation resource."""

Intrinsic = dict[str, Any]
"""`{"Ref": ...}` and its relatives, written out so that any YAML reader understands them."""


def pascal(name: str) -> str:
    """`lead-intake` and `score_and_assign` as logical ids: `LeadIntake`, `ScoreAndAssign`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^a-zA-Z0-9]+", name))


def function_id(use_case: str, function: str) -> str:
    """`LeadsApi`, `LeadsScoreAndAssign`."""
    return pascal(use_case) + pascal(function)


def queue_id(queue: str) -> str:
    """`LeadIntakeQueue`."""
    return f"{pascal(queue)}Queue"


def dead_letters_id(use_case: str) -> str:
    """`LeadsDeadLetters`: what failed for good in any queue of the use case."""
    return f"{pascal(use_case)}DeadLetters"


def role_id(use_case: str) -> str:
    """`LeadsRole`."""
    return f"{pascal(use_case)}Role"


def logs_id(use_case: str) -> str:
    """`LeadsLogs`."""
    return f"{pascal(use_case)}Logs"


def stack_name(*parts: str) -> Intrinsic:
    """A physical name of this stack: `<stack>-lead-intake`."""
    return sub("-".join(["${AWS::StackName}", *parts]))


def ref(logical_id: str) -> Intrinsic:
    """The resource's name or id."""
    return {"Ref": logical_id}


def arn(logical_id: str) -> Intrinsic:
    """The resource's ARN."""
    return attribute(logical_id, "Arn")


def attribute(logical_id: str, name: str) -> Intrinsic:
    """An attribute of a resource."""
    return {"Fn::GetAtt": [logical_id, name]}


def sub(text: str) -> Intrinsic:
    """Text with `${...}` filled in by CloudFormation."""
    return {"Fn::Sub": text}
