"""The requests that are measured, as the gateway sends them."""

import json
from typing import Any

LEAD: dict[str, Any] = {
    "name": "Zhang Wei 张伟",
    "given_name": "Wei",
    "family_name": "Zhang",
    "job_title": "Purchasing director",
    "company": "华为技术有限公司",
    "website": "https://example.com",
    "email": "zhang.wei@example.com",
    "phone": "+8613812340101",
    "source": "Trade fair",
    "campaign": "Spring 2026",
    "interest": "Wants a demonstration of the service desk for 200 agents.",
    "budget": {"amount": "120000.00", "currency": "CNY"},
    "urgency": "high",
    "company_size": 800,
    "industry": "Telecommunications",
    "country": "China",
    "region": "Guangdong",
    "city": "Shenzhen",
    "tags": ["vip", "desk"],
    "custom": {"language": "zh", "products": "desk, voice", "referrer": "https://example.org"},
}


def gateway_event(method: str, *, lead: str | None = None, body: Any = None) -> dict[str, Any]:
    """A REST API proxy event (payload 1.0) of an administrator."""
    resource = "/v1/leads/{lead}" if lead else "/v1/leads"
    return {
        "resource": resource,
        "path": f"/v1/leads/{lead}" if lead else "/v1/leads",
        "httpMethod": method,
        "headers": {"content-type": "application/json", "host": "api.example.com"},
        "multiValueHeaders": {"content-type": ["application/json"], "host": ["api.example.com"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"lead": lead} if lead else None,
        "stageVariables": None,
        "body": json.dumps(body) if body is not None else None,
        "isBase64Encoded": False,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "path": resource,
            "stage": "prod",
            "requestId": "req-bench",
            "identity": {"sourceIp": "198.51.100.7", "userAgent": "bench"},
            "authorizer": {
                "tenant": "ten_01KJPWD6M00000000000000000",
                "actor": "usr_01KJPWD6M00000000000000000",
                "role": "admin",
                "teams": "[]",
                "tree": "[]",
                "kind": "user",
                "region": "CN",
            },
        },
    }
