"""A file becomes leads: every row accounted for, nothing changed by a second import."""

import pytest

from shared.domain.leads.model import Lead
from tests.integration.imports.office import (
    EDUCATION,
    Office,
    csv_file,
    education,
    outcomes,
    people,
)

EDUCATION_MAPPING = [
    {"field": "external_id", "columns": ["Prospect ID"]},
    {"field": "source", "columns": ["Lead Source"]},
    {"field": "city", "columns": ["City"]},
    {"field": "country", "columns": ["Country"]},
    {
        "field": "custom.converted",
        "columns": ["Converted"],
        "transforms": [{"step": "boolean"}],
    },
    {
        "field": "custom.minutes",
        "columns": ["Total Time Spent on Website"],
        "transforms": [{"step": "number"}],
    },
    {
        "field": "consents.email",
        "columns": ["Do Not Email"],
        "transforms": [{"step": "boolean", "negate": True}],
    },
    {
        "field": "industry",
        "columns": ["What is your current occupation"],
        "transforms": [{"step": "values", "values": {"Unemployed": "", "Student": "education"}}],
    },
]


def test_every_row_of_a_file_becomes_a_lead(office: Office) -> None:
    job_id = office.mapped(csv_file(people(600)))
    office.start(job_id)
    office.house.world.settle(hold="lead-intake")
    office.house.world.take("lead-intake")
    job = office.read(job_id)
    assert job["status"] == "completed"
    assert outcomes(job) == {"created": 600}
    assert job["progress"] == {"rows": 600, "done": 600, "counts": job["counts"]}
    results = office.rows(job["id"])
    assert [each["line"] for each in results] == list(range(2, 602))
    lead = office.house.stored(results[7]["id"])
    assert (lead.external_id, lead.name) == ("P8", "Person 8")
    assert lead.created_by == office.by.actor


@pytest.mark.skipif(not EDUCATION.exists(), reason="the real export is not at hand")
def test_a_real_export_is_imported_and_a_second_import_changes_nothing(office: Office) -> None:
    content = education(150)
    mapping = {"mode": "upsert", "keys": ["external_id"], "placeholders": ["Select"]}
    first = office.imported(content, EDUCATION_MAPPING, **mapping)
    assert outcomes(first) == {"created": 150}
    lead = office.house.store.load(Lead, office.rows(first["id"])[0]["id"])
    assert lead.city is None
    assert lead.source == "Olark Chat"
    assert lead.industry is None
    assert lead.custom == {"converted": False, "minutes": 0}
    assert lead.consents[0].evidence == "import of people.csv, line 2"
    assert lead.score is not None
    before = office.house.items()
    second = office.imported(content, EDUCATION_MAPPING, **mapping)
    assert outcomes(second) == {"unchanged": 150}
    leads = [item for item in before if item.get("kind") == {"S": "lead"}]
    after = [item for item in office.house.items() if item.get("kind") == {"S": "lead"}]
    assert leads == after
