"""What the environment tells every function, validated once when the first handler starts."""

import os
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Settings(BaseModel):
    """Names of the stack's resources. None of them is a secret."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    stack_name: str = Field(min_length=1, alias="STACK_NAME")
    stage: str = Field(default="prod", alias="STAGE")
    region: str = Field(min_length=1, alias="AWS_REGION")
    table_name: str = Field(min_length=1, alias="TABLE_NAME")
    bus_name: str = Field(min_length=1, alias="BUS_NAME")
    files_bucket: str = Field(min_length=1, alias="FILES_BUCKET")
    user_pool_id: str = Field(default="", alias="USER_POOL_ID")
    user_pool_client_id: str = Field(default="", alias="USER_POOL_CLIENT_ID")
    signing_secret_arn: str = Field(default="", alias="SIGNING_SECRET_ARN")
    mail_from: str = Field(default="", alias="MAIL_FROM")
    public_url: str = Field(default="", alias="PUBLIC_URL")
    endpoint_url: str = Field(default="", alias="AWS_ENDPOINT_URL")
    """Where the AWS services are on a laptop; empty on AWS itself."""


class SettingsError(Exception):
    """The environment lacks something; the message names each variable."""


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in an environment (the process's own by default). Raises SettingsError."""
    values = dict(os.environ if environment is None else environment)
    values.setdefault("AWS_REGION", values.get("AWS_DEFAULT_REGION", ""))
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        missing = ", ".join(str(e["loc"][0]) for e in error.errors(include_input=False))
        raise SettingsError(f"missing or invalid environment variables: {missing}") from None
