"""Names of persons in any order and script."""

from datetime import date

import pytest

from shared.domain.matching.persons import PersonName, person_name, sound
from shared.domain.matching.profile import Profile
from shared.domain.matching.score import score


@pytest.mark.parametrize(
    ("full", "given", "family"),
    [
        ("王小明", "xiaoming", "wang"),
        ("歐陽娜娜", "nana", "ouyang"),
        ("曾伟", "wei", "zeng"),
        ("单 雄信", "xiongxin", "shan"),
        ("王经理", "", "wang"),
        ("Anna Müller", "anna", "muller"),
        ("Müller, Anna", "anna", "muller"),
        ("Dr. Anna Müller", "anna", "muller"),
        ("Иван Петров", "ivan", "petrov"),
        ("Cher", "", "cher"),
    ],
)
def test_full_names_are_taken_apart(full: str, given: str, family: str) -> None:
    found = person_name(full)
    assert (found.given, found.family) == (given, family)


def test_only_chinese_names_keep_their_characters() -> None:
    assert person_name("王 小明").native == "王小明"
    assert person_name("Anna Müller").native == ""
    assert person_name("") == PersonName()


@pytest.mark.parametrize(
    ("word", "code"), [("robert", "r163"), ("rupert", "r163"), ("ashcraft", "a261"), ("", "")]
)
def test_words_that_sound_alike_have_one_code(word: str, code: str) -> None:
    assert sound(word) == code


BORN = date(1990, 5, 17)


def person(name: str = "", **more: object) -> Profile:
    return Profile("contact", names=(name,) if name else (), **{"birthday": BORN, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王小明", "Wang Xiaoming"),
        ("王小明", "Xiao-Ming Wang"),
        ("Anna Müller", "Muller Anna"),
        ("Anna Müller", "Ana Mueller"),
        ("张伟", "張偉"),
    ],
)
def test_one_person_written_in_two_ways_is_found(one: str, other: str) -> None:
    assert score(person(one), person(other)).points >= 75


@pytest.mark.parametrize(
    ("one", "other"), [("王小明", "李娜"), ("Anna Müller", "Peter Schmidt"), ("张伟", "章薇")]
)
def test_people_born_on_one_day_are_not_one_person(one: str, other: str) -> None:
    assert score(person(one), person(other)).points < 75
