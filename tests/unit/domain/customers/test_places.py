"""省市区: what cannot belong together is refused, what is not known is not."""

import pytest

from shared.domain.customers.parts import Address
from shared.domain.customers.places import require_consistent
from shared.domain.errors import InvalidInput


def refused(province: str | None, city: str | None, district: str | None, **more: str) -> list[str]:
    address = Address(province=province, city=city, district=district, **more)  # pyright: ignore
    try:
        require_consistent([address])
    except InvalidInput as refusal:
        return [error.path for error in refusal.errors]
    return []


@pytest.mark.parametrize(
    ("province", "city", "district"),
    [
        ("广东省", "深圳市", "南山区"),
        ("广东", "深圳", "南山区"),
        ("廣東省", "深圳市", None),
        ("北京市", "北京市", "海淀区"),
        ("北京", None, "海淀区"),
        ("北京", "市辖区", "海淀区"),
        ("新疆维吾尔自治区", "乌鲁木齐市", "天山区"),
        ("云南省", "大理白族自治州", "大理市"),
        ("江苏省", "苏州市", "昆山市"),
        ("江苏省", "昆山市", "玉山镇"),
        ("湖北省", "仙桃市", None),
        ("安徽省", "合肥市", "巢湖市"),
        ("吉林省", "吉林市", "船营区"),
        ("四川省", "重庆市", None),
    ],
)
def test_what_belongs_together_is_accepted(
    province: str, city: str | None, district: str | None
) -> None:
    assert refused(province, city, district) == []


@pytest.mark.parametrize(
    ("province", "city", "district", "field"),
    [
        ("湖南省", "深圳市", "南山区", "city"),
        ("上海", "北京", None, "city"),
        ("广东省", "深圳市", "海淀区", "district"),
        (None, "深圳市", "海淀区", "district"),
        ("浙江省", None, "海淀区", "district"),
    ],
)
def test_what_contradicts_is_named(
    province: str | None, city: str | None, district: str | None, field: str
) -> None:
    assert refused(province, city, district) == [f"addresses.0.{field}"]


def test_unknown_places_and_other_countries_are_nobodys_business() -> None:
    assert refused("浙江省", "杭州市", "某某新区") == []
    assert refused("Hunan", "Shenzhen", "Nanshan") == []
    assert refused("湖南省", "深圳市", None, country="JP") == []
    assert refused(None, None, None) == []
