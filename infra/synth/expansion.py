"""Expands a SAM template as CloudFormation would, without an account."""

import copy
import json
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

REGION = "eu-central-1"


def expand(template: dict[str, Any]) -> dict[str, Any]:
    """The template in plain CloudFormation, its code in a bucket as packaging puts it."""
    packaged = copy.deepcopy(template)
    code = {"Bucket": "packages", "Key": "code.zip"}
    packaged["Globals"]["Function"]["CodeUri"] = code
    packaged["Resources"]["Dependencies"]["Properties"]["ContentUri"] = code
    # Roles are written out in full: there is no managed policy to look up.
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION))
    return json.loads(json.dumps(translator.translate(packaged, parameter_values={})))


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """The properties of all resources of one type by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }
