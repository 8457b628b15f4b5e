"""Proposed mappings: English and Chinese headings, evident contents, value maps."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from functions.imports.columns import profile
from functions.imports.findings import Inspection
from functions.imports.inspection import inspect
from functions.imports.mapping import FieldMapping, Mapping
from functions.imports.proposals import Locality, Target, value_map
from functions.imports.readings import Boolean, Date, Number, Phone
from functions.imports.row_mapper import RowErrors, RowInput, RowMapper
from functions.imports.suggestion import Suggestion, suggest
from functions.imports.tables import open_table
from functions.imports.transforms import Placeholders, Split, ValueMap
from functions.imports.vocabulary import concept_of, concepts, likely_concept

TARGETS = [
    Target(field="external_id", concept="external_id"),
    Target(field="name", concept="name"),
    Target(field="email", concept="email", type="email"),
    Target(field="phone", concept="phone", type="phone"),
    Target(field="company", concept="company"),
    Target(field="job_title", concept="job_title"),
    Target(field="source", concept="source"),
    Target(field="city", concept="city"),
    Target(field="country", concept="country"),
    Target(field="budget.amount", concept="budget", type="number"),
    Target(field="consent.email", concept="consent_email", type="boolean"),
    Target(field="tags", concept="tags", type="list"),
    Target(field="created_at", concept="created_at", type="moment"),
]


def found(text: str, targets: Sequence[Target] = TARGETS, *, custom: bool = False) -> Suggestion:
    columns = inspect(io.BytesIO(text.encode())).columns
    return suggest(columns, targets, Locality(region="CN", zone="Asia/Shanghai"), custom=custom)


def pairs(suggestion: Suggestion) -> dict[str, tuple[str, ...]]:
    return {each.field: each.columns for each in suggestion.fields}


def field(suggestion: Suggestion, name: str) -> FieldMapping:
    return next(each for each in suggestion.fields if each.field == name)


@pytest.mark.parametrize(
    ("heading", "concept"),
    [
        ("E-Mail*", "email"),
        ("emailAddress", "email"),
        ("EMAIL_ADDRESS", "email"),
        ("电子邮箱（必填）", "email"),
        ("手机号码", "mobile"),
        ("First Name", "given_name"),
        ("FirstName", "given_name"),
        ("公司名稱", "company"),
        ("線索來源", "source"),
        ("Lead Source", "source"),
        ("Ｎａｍｅ", "name"),
        ("favourite colour", None),
    ],
)
def test_headings_mean_the_same_in_every_spelling(heading: str, concept: str | None) -> None:
    assert concept_of(heading) == concept


def test_a_longer_heading_means_what_its_longest_known_part_means() -> None:
    assert likely_concept("Customer phone number 1") == "phone"
    assert likely_concept("贵公司的公司名称") == "company"
    assert likely_concept("Emailing preferences") is None


def test_every_concept_has_a_name_of_its_own() -> None:
    assert len(concepts()) > 30
    assert all(concept_of(each.replace("_", " ")) in (each, None) for each in concepts())


def test_a_chinese_file_maps_itself() -> None:
    suggestion = found(
        "姓名,手机,邮箱,公司,预算,标签,创建时间,年龄\n"
        '张三,13812345678,z@example.cn,上海公司,"5,000",vip,2024/1/5,30\n'
        "李四,13912345678,l@example.cn,北京公司,800,新,2024/2/6,41\n"
    )
    assert pairs(suggestion) == {
        "name": ("姓名",),
        "phone": ("手机",),
        "email": ("邮箱",),
        "company": ("公司",),
        "budget.amount": ("预算",),
        "tags": ("标签",),
        "created_at": ("创建时间",),
    }
    assert suggestion.unmapped == ("年龄",)
    assert field(suggestion, "phone").transforms == (Phone(region="CN"),)
    assert field(suggestion, "tags").transforms == (Split(),)
    assert field(suggestion, "created_at").transforms == (
        Date(format="%Y/%m/%d", zone="Asia/Shanghai"),
    )


def test_contents_speak_where_the_heading_does_not() -> None:
    suggestion = found("who,where to write\nAnn,ann@example.com\nBob,bob@example.com\n")
    assert pairs(suggestion) == {"email": ("where to write",)}
    assert suggestion.confidence["email"] < 0.6


def test_a_column_called_like_an_address_that_holds_none_is_doubted() -> None:
    suggestion = found("mail,contact mail\nyes,ann@example.com\nno,bob@example.com\n")
    assert pairs(suggestion)["email"] == ("contact mail",)


def test_given_and_family_name_are_joined_for_one_name_field() -> None:
    suggestion = found("First Name,Last Name\nAda,King\nAlan,Turing\n")
    assert pairs(suggestion)["name"] == ("First Name", "Last Name")
    suggestion = found("名,姓\n小明,张\n丽,王\n")
    assert (pairs(suggestion)["name"], field(suggestion, "name").joiner) == (("姓", "名"), "")


def test_a_full_name_is_taken_apart_for_two_name_fields() -> None:
    targets = [
        Target(field="given_name", concept="given_name"),
        Target(field="family_name", concept="family_name"),
    ]
    suggestion = found("姓名,x\n张小明,1\n李四,2\n", targets)
    mapper = RowMapper(Mapping(fields=suggestion.fields), ["姓名", "x"])
    assert mapper.apply(2, ["张小明", "1"]) == RowInput(
        2, {"given_name": "小明", "family_name": "张"}
    )


def test_an_opt_out_becomes_the_opposite_consent() -> None:
    suggestion = found("Do Not Email,x\nNo,1\nYes,2\n")
    assert field(suggestion, "consent.email").transforms == (Boolean(negate=True, silent=True),)


def test_placeholders_found_in_a_column_become_blanks() -> None:
    suggestion = found("City,x\nSelect,1\nMumbai,2\nSelect,3\n")
    assert field(suggestion, "city").transforms == (Placeholders(texts=("Select",)),)


@pytest.mark.parametrize(
    "heading",
    [
        "Do Not Email",
        "HasOptedOutOfEmail",
        "Email opt-out?",
        "Unsubscribed from all email",
        "Email consent withdrawn",
        "拒收邮件",
    ],
)
def test_no_answer_to_an_opt_out_is_ever_a_permission(heading: str) -> None:
    columns = [profile(heading, ["No", "Yes", "No"])]
    suggestion = suggest(columns, TARGETS)
    mapping = Mapping(fields=suggestion.fields)
    mapper = RowMapper(mapping, [heading])
    said = [mapper.apply(n, (cell,)) for n, cell in enumerate(("Yes", "No"))]
    assert [isinstance(row, RowInput) and row.values for row in said] == [
        {"consent": {"email": False}},
        {},
    ]


def test_a_column_that_only_mentions_a_word_is_not_what_the_word_means() -> None:
    targets = [*TARGETS, Target(field="website", concept="website")]
    for heading, cells in {
        "Total Time Spent on Website": ["1532", "2"],
        "Website visits": ["12", "3"],
        "Reason for company change": ["moved", "grown"],
    }.items():
        assert suggest([profile(heading, cells)], targets).fields == ()
    assert pairs(suggest([profile("Customer website", ["a.example", "b.example"])], targets))


def test_values_are_mapped_to_the_choices_they_resemble() -> None:
    column = profile("urgency", ["High", "high ", "Mediun", "LOW", "someday"])
    assert value_map(column, ["low", "medium", "high"]) == (
        ValueMap(
            values={"High": "high", "high": "high", "Mediun": "medium", "LOW": "low"},
            otherwise="refuse",
        ),
    )
    assert value_map(profile("x", ["low", "high"]), ["low", "medium", "high"]) == ()


def test_columns_that_are_left_become_custom_fields_of_their_type() -> None:
    suggestion = found(
        "Shoe Size,鞋码,Paid?,Empty,Shoe-size\n42,41,yes,,9\n43,40,no,,8\n", [], custom=True
    )
    assert pairs(suggestion) == {
        "custom.shoe_size": ("Shoe Size",),
        "custom.鞋码": ("鞋码",),
        "custom.paid": ("Paid?",),
        "custom.shoe_size_3": ("Shoe-size",),
    }
    assert suggestion.unmapped == ("Empty",)
    assert field(suggestion, "custom.paid").transforms == (Boolean(),)
    assert field(suggestion, "custom.shoe_size").transforms == (Number(),)


def read_all(path: Path, inspection: Inspection, mapping: Mapping) -> list[RowInput | RowErrors]:
    with path.open("rb") as file:
        table = open_table(file, inspection.layout)
        mapper = RowMapper(mapping, table.header)
        return [mapper.apply(row.line, row.cells) for row in table if row.problem is None]


def test_a_real_lead_export_is_read_completely_by_its_suggestion(
    sample: Callable[[str], Path],
) -> None:
    path = sample("02_lead_scoring/x_education/lead_scoring.csv.gz")
    with path.open("rb") as file:
        inspection = inspect(file)
    suggestion = suggest(inspection.columns, TARGETS, custom=True)
    assert pairs(suggestion)["external_id"] == ("Prospect ID",)
    assert pairs(suggestion)["source"] == ("Lead Source",)
    mapping = Mapping(fields=suggestion.fields, mode="upsert", keys=("external_id",))
    rows = read_all(path, inspection, mapping)
    assert len(rows) == 9_240
    assert not [row for row in rows if isinstance(row, RowErrors)]
    keys = {row.key for row in rows if isinstance(row, RowInput)}
    assert len(keys) == 9_240
    cities = {row.values.get("city") for row in rows if isinstance(row, RowInput)}
    assert "Select" not in cities
    assert {"Mumbai", None} <= cities


def test_a_real_contact_export_is_read_by_its_suggestion(sample: Callable[[str], Path]) -> None:
    path = sample("09_import_files/contacts_csv/atomic_crm_contacts_export.csv")
    with path.open("rb") as file:
        inspection = inspect(file)
    suggestion = suggest(inspection.columns, TARGETS, Locality(region="US"))
    found = pairs(suggestion)
    assert found["name"] == ("first_name", "last_name")
    assert found["email"] == ("email_other",)
    assert found["job_title"] == ("title",)
    rows = read_all(path, inspection, Mapping(fields=suggestion.fields))
    assert not [row for row in rows if isinstance(row, RowErrors)]
