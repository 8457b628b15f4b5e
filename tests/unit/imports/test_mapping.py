"""Mappings: columns to fields, all errors of a row at once, storable and strict."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.imports.mapping import FieldMapping, Mapping
from functions.imports.readings import Boolean, Date, ExcelDate, Number, Phone
from functions.imports.row_mapper import RowErrors, RowInput, RowMapper
from functions.imports.transforms import (
    Lower,
    NamePart,
    Placeholders,
    Split,
    Transform,
    Trim,
    ValueMap,
)
from shared.domain.errors import InvalidInput


def one(*steps: Transform, field: str = "x", column: str = "X") -> FieldMapping:
    return FieldMapping(field=field, columns=(column,), transforms=steps)


def value(text: str, *steps: Transform) -> Any:
    """What one cell becomes, or the code of its error."""
    found = RowMapper(Mapping(fields=(one(*steps),)), ["X"]).apply(2, [text])
    return found.errors[0].code if isinstance(found, RowErrors) else found.values.get("x")


@pytest.mark.parametrize(
    ("text", "steps", "result"),
    [
        ("  A  b ", (), "A  b"),
        ("A \u00a0 b\u200b", (Trim(),), "A b"),
        ("", (), None),
        ("Cafe\u0301", (), "Caf\u00e9"),
        ("SELECT", (Placeholders(texts=("Select",)),), None),
        ("Selected", (Placeholders(texts=("Select",)),), "Selected"),
        ("A级", (ValueMap(values={"A级": "vip", "C级": ""}),), "vip"),
        ("c级", (ValueMap(values={"A级": "vip", "C级": ""}),), None),
        ("D级", (ValueMap(values={"A级": "vip"}),), "D级"),
        ("D级", (ValueMap(values={"A级": "vip"}, otherwise="blank"),), None),
        ("D级", (ValueMap(values={"A级": "vip"}, otherwise="refuse"),), "value_not_mapped"),
        ("张小明", (NamePart(part="family"),), "张"),
        ("Ann King", (NamePart(part="given"),), "Ann"),
        ("5/3/2024", (Date(format="%d/%m/%Y"),), "2024-03-05"),
        ("2024-03-05 14:30", (Date(zone="Asia/Shanghai"),), "2024-03-05T14:30:00+08:00"),
        ("2024-03-05 14:30", (Date(day_only=True),), "2024-03-05"),
        ("soon", (Date(),), "date_invalid"),
        ("45356", (ExcelDate(),), "2024-03-05"),
        ("4", (ExcelDate(),), "date_invalid"),
        ("1.234,5", (Number(mark=","),), "1234.5"),
        ("12万", (Number(whole=True),), "120000"),
        ("1.5", (Number(whole=True),), "integer_invalid"),
        ("many", (Number(),), "number_invalid"),
        ("是", (Boolean(),), True),
        ("No", (Boolean(negate=True),), True),
        ("ja", (Boolean(yes=("ja",), no=("nein",)),), True),
        ("perhaps", (Boolean(),), "boolean_invalid"),
        ("138 1234 5678", (Phone(region="CN"),), "+8613812345678"),
        ("010-62345678转8001", (Phone(region="CN"),), "+861062345678 ext. 8001"),
        ("(441) 954-5172 x12", (Phone(region="US"),), "+14419545172 ext. 12"),
        ("12", (Phone(region="CN"),), "phone_invalid"),
        ("138 1234 5678", (Phone(),), "phone_region_needed"),
        ("vip、fair 2024, vip", (Split(),), ["vip", "fair 2024"]),
        (" , ", (Split(),), None),
        ("VIP,Fair", (Split(), Lower()), ["vip", "fair"]),
        ("N/A", (Placeholders(texts=("n/a",)), Number()), None),
    ],
)
def test_a_cell_goes_through_its_steps(
    text: str, steps: tuple[Transform, ...], result: object
) -> None:
    assert value(text, *steps) == result


LEADS = Mapping(
    fields=(
        FieldMapping(field="name", columns=("姓名",), required=True),
        FieldMapping(field="phone", columns=("手机",), transforms=(Phone(region="CN"),)),
        FieldMapping(field="budget.amount", columns=("预算",), transforms=(Number(),)),
        FieldMapping(field="custom.行业代码", columns=("代码",)),
    ),
    defaults={"source": "fair", "budget.currency": "CNY"},
    placeholders=("无",),
)
HEADER = ["手机", "姓名", "预算", "代码", "其他"]


def test_fields_are_nested_as_their_names_say() -> None:
    row = RowMapper(LEADS, HEADER).apply(7, ["13812345678", "张三", "12万", "C-1", "x"])
    assert row == RowInput(
        7,
        {
            "name": "张三",
            "phone": "+8613812345678",
            "budget": {"amount": "120000", "currency": "CNY"},
            "custom": {"行业代码": "C-1"},
            "source": "fair",
        },
    )


def test_all_errors_of_a_row_are_reported_at_once_by_column() -> None:
    row = RowMapper(LEADS, HEADER).apply(9, ["12", "无", "viel", "", ""])
    assert isinstance(row, RowErrors)
    assert {(error.path, error.code) for error in row.errors} == {
        ("手机", "phone_invalid"),
        ("预算", "number_invalid"),
        ("姓名", "required"),
    }


def test_the_column_of_a_field_can_be_asked_for_afterwards() -> None:
    mapper = RowMapper(LEADS, HEADER)
    assert mapper.column_of("budget.amount") == "预算"
    assert mapper.column_of("phone.e164") == "手机"
    assert mapper.column_of("budget") == "预算"
    assert mapper.column_of("source") == ""


def test_all_missing_columns_are_named_at_once() -> None:
    with pytest.raises(InvalidInput) as error:
        RowMapper(LEADS, ["姓名", "代码"])
    assert [(each.path, each.code) for each in error.value.errors] == [
        ("手机", "column_missing"),
        ("预算", "column_missing"),
    ]


def test_columns_are_joined_without_their_blank_ones() -> None:
    mapping = Mapping(fields=(FieldMapping(field="name", columns=("F", "M", "L")),))
    mapper = RowMapper(mapping, ["L", "M", "F"])
    assert mapper.apply(2, ["King", " ", "Ada"]) == RowInput(2, {"name": "Ada King"})


def test_empty_cells_clear_fields_only_when_asked_to() -> None:
    fields = (one(), one(field="y", column="Y"), one(field="z", column="Z"))
    keep = Mapping(fields=fields, mode="update", keys=("x",), defaults={"z": "d"})
    clear = keep.model_copy(update={"blanks": "clear"})
    cells = ["1", "", ""]
    assert RowMapper(keep, ["X", "Y", "Z"]).apply(2, cells) == RowInput(
        2, {"x": "1", "z": "d"}, (), ("1",)
    )
    assert RowMapper(clear, ["X", "Y", "Z"]).apply(2, cells) == RowInput(
        2, {"x": "1", "z": "d"}, ("y",), ("1",)
    )


def test_of_several_keys_in_order_a_row_needs_one() -> None:
    mapping = Mapping(fields=(one(), one(field="y", column="Y")), mode="upsert", keys=("x", "y"))
    mapper = RowMapper(mapping, ["X", "Y"])
    assert isinstance(mapper.apply(2, ["1", ""]), RowInput)
    assert isinstance(mapper.apply(3, ["", "2"]), RowInput)
    found = mapper.apply(4, ["", ""])
    assert isinstance(found, RowErrors)
    assert [(e.path, e.code) for e in found.errors] == [("X", "key_missing")]


def test_an_update_needs_every_part_of_its_key() -> None:
    mapping = Mapping(
        fields=(one(), one(field="y", column="Y")), mode="upsert", keys=("x", "y"), match="all"
    )
    mapper = RowMapper(mapping, ["X", "Y"])
    assert mapper.apply(2, ["1", "2"]) == RowInput(2, {"x": "1", "y": "2"}, (), ("1", "2"))
    found = mapper.apply(3, ["1", ""])
    assert isinstance(found, RowErrors)
    assert [(error.path, error.code) for error in found.errors] == [("Y", "key_missing")]


@pytest.mark.parametrize(
    "change",
    [
        {"fields": ()},
        {"fields": (one(), one())},
        {"fields": (one(), one(field="x.y", column="Y"))},
        {"mode": "upsert"},
        {"mode": "update", "keys": ("email",)},
        {"fields": [{"field": "Bad Name", "columns": ["X"]}]},
        {"fields": (one(),), "defaults": {"x.y.z": 1}},
        {"schema_version": 2},
        {"kind": "Lead!"},
        {"unknown": 1},
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Mapping.model_validate({"fields": (one(),), **change})


@pytest.mark.parametrize(
    "step",
    [
        {"step": "date", "format": "%q"},
        {"step": "date", "format": "%d"},
        {"step": "date", "zone": "Mars/Base"},
        {"step": "date", "zone": "../../etc/passwd"},
        {"step": "phone", "region": "Narnia"},
        {"step": "run", "code": "1"},
    ],
)
def test_a_step_that_makes_no_sense_is_refused(step: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FieldMapping.model_validate({"field": "x", "columns": ["X"], "transforms": [step]})


def test_a_mapping_is_stored_and_read_back_unchanged() -> None:
    every = Mapping(
        fields=(
            one(Trim(), Placeholders(texts=("-",)), ValueMap(values={"a": "b"}), Lower()),
            one(Date(), ExcelDate(), field="d", column="D"),
            one(Number(), Boolean(), Phone(region="CN"), field="n", column="N"),
            one(NamePart(part="given"), Split(), field="s", column="S"),
        ),
        mode="upsert",
        keys=("x",),
    )
    assert Mapping.model_validate_json(every.model_dump_json()) == every


STEPS: list[Transform] = [
    *(Trim(), Placeholders(texts=("-",)), ValueMap(values={"a": "b"}, otherwise="refuse")),
    *(NamePart(part="given"), NamePart(part="family"), Date(), Date(format="%d/%m/%Y")),
    *(ExcelDate(), Number(), Number(mark=",", whole=True), Boolean(), Phone(region="CN")),
    *(Split(), Lower()),
]


@given(st.text(max_size=30), st.lists(st.sampled_from(STEPS), max_size=3))
def test_any_text_gives_a_value_or_an_error_with_a_code(text: str, steps: list[Transform]) -> None:
    row = RowMapper(Mapping(fields=(one(*steps),)), ["X"]).apply(2, [text])
    if isinstance(row, RowErrors):
        assert row.errors
        assert all(error.code and error.message and error.path == "X" for error in row.errors)
    else:
        assert row.values.get("x") not in ("", [])
