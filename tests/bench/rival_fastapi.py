"""Rival two: the same endpoints in FastAPI behind Mangum, with pydantic models and boto3."""

import os
import time
from decimal import Decimal
from typing import Any

import boto3
from boto3.dynamodb.conditions import Key
from fastapi import FastAPI, Request
from mangum import Mangum
from pydantic import BaseModel, ConfigDict

from tests.bench.rows import store

_TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
app = FastAPI()


class Money(BaseModel):
    amount: Decimal
    currency: str


class NewLead(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    job_title: str | None = None
    company: str | None = None
    website: str | None = None
    email: str | None = None
    phone: str | None = None
    source: str | None = None
    campaign: str | None = None
    interest: str | None = None
    budget: Money | None = None
    urgency: str | None = None
    company_size: int | None = None
    industry: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    tags: list[str] = []
    custom: dict[str, str] = {}


class Lead(NewLead):
    model_config = ConfigDict(extra="ignore")

    id: str
    version: int
    created_at: str
    updated_at: str


class Page(BaseModel):
    items: list[Lead]
    cursor: str | None = None


def _tenant(request: Request) -> str:
    return str(request.scope["aws.event"]["requestContext"]["authorizer"]["tenant"])


@app.post("/v1/leads", status_code=201)
def create(given: NewLead, request: Request) -> Lead:
    tenant = _tenant(request)
    lead_id = f"fast_{time.time_ns()}"
    now = "2026-03-02T09:00:00.000Z"
    lead = Lead(**given.model_dump(), id=lead_id, version=1, created_at=now, updated_at=now)
    item: dict[str, Any] = {k: v for k, v in lead.model_dump().items() if v is not None}
    item |= {"pk": f"{tenant}#{lead_id}", "sk": "#", "kind": "fast", "tenant": tenant}
    item |= {"c_pk": f"{tenant}#fast", "c_sk": lead_id}
    item |= {"s_pk": f"{tenant}#fast#new", "s_sk": lead_id}
    store(_TABLE, item, tenant, given.model_dump())
    return lead


@app.get("/v1/leads/{lead}")
def read(lead: str, request: Request) -> Lead:
    key = {"pk": f"{_tenant(request)}#{lead}", "sk": "#"}
    return Lead.model_validate(_TABLE.get_item(Key=key, ConsistentRead=True)["Item"])


@app.get("/v1/leads")
def page(request: Request) -> Page:
    found = _TABLE.query(
        IndexName="collection",
        KeyConditionExpression=Key("c_pk").eq(f"{_tenant(request)}#fast"),
        ScanIndexForward=False,
        Limit=51,
    )
    return Page(items=[Lead.model_validate(item) for item in found["Items"][:50]])


handler = Mangum(app, lifespan="off")
