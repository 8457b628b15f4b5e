"""Packages hold what runs and nothing else, and stay within their budget."""

from pathlib import Path

import pytest

from infra.build import packages, size
from infra.build.__main__ import copy_sources


def write(path: Path, length: int = 1) -> Path:
    """A file of so many bytes, with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * length)
    return path


def test_only_the_described_services_stay(tmp_path: Path) -> None:
    kept = write(tmp_path / "botocore/data/dynamodb/2012-08-10/service-2.json.gz")
    partitions = write(tmp_path / "botocore/data/partitions.json")
    dropped = write(tmp_path / "botocore/data/ec2/2016-11-15/service-2.json.gz")
    packages.trim(tmp_path)
    assert kept.exists()
    assert partitions.exists()
    assert not dropped.exists()


def test_what_no_function_reads_is_dropped(tmp_path: Path) -> None:
    write(tmp_path / "botocore/data/partitions.json")
    unread = [
        write(tmp_path / "chalice/cli/factory.py"),
        write(tmp_path / "phonenumbers/geodata/data0.py"),
        write(tmp_path / "some/package/tests/test_it.py"),
        write(tmp_path / "some/__pycache__/it.cpython-313.pyc"),
    ]
    read = [write(tmp_path / "chalice/app.py"), write(tmp_path / "phonenumbers/data/region_CN.py")]
    packages.trim(tmp_path)
    assert not [path for path in unread if path.exists()]
    assert all(path.exists() for path in read)


def test_our_code_goes_without_bytecode_and_with_the_served_document(tmp_path: Path) -> None:
    copy_sources(tmp_path / "functions")
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert "functions/shared/domain/errors.py" in files
    assert "functions/docs/openapi.json" in files
    assert not [
        name for name in files if "__pycache__" in name or name.startswith("functions/infra")
    ]


@pytest.mark.parametrize(("weight", "code"), [(999_000, 0), (1_001_000, 1)])
def test_a_package_above_the_budget_fails_the_build(tmp_path: Path, weight: int, code: int) -> None:
    write(tmp_path / "layer/python/heavy/data.bin", weight)
    (tmp_path / "functions").mkdir()
    assert size.report(tmp_path / "functions", tmp_path / "layer", budget_mb=1) == code
