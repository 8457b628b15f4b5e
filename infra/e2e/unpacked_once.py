"""The emulator, unpacking each package once; by itself it does so anew for every worker.

Started by path, since the emulator must not see this project's folders as its own.
"""

from __future__ import annotations

import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any

_unpacking = threading.Lock()


class Archive:
    """What the emulator's workers use of ZipFile; extracting gives a link to what is unpacked."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._path.unlink(missing_ok=True)  # it is only in the way from now on

    def namelist(self) -> list[str]:
        """Nothing to be wary of: these packages were built here."""
        return []

    def extractall(self, target: str) -> None:
        """Let `target` be a link to the one copy."""
        folder = self._unpacked()
        Path(target).rmdir()
        Path(target).symlink_to(folder, target_is_directory=True)

    def _unpacked(self) -> Path:
        with zipfile.ZipFile(self._path) as archive, _unpacking:
            content = hash(tuple((entry.filename, entry.CRC) for entry in archive.infolist()))
            folder = Path(tempfile.gettempdir()) / f"unpacked-{content & (2**64 - 1):x}"
            if not folder.exists():
                unfinished = folder.with_suffix(".unfinished")
                archive.extractall(unfinished)
                unfinished.rename(folder)
        return folder


def main() -> None:
    """Patch and run."""
    from ministack import app
    from ministack.core import lambda_runtime

    workers: Any = lambda_runtime
    workers.zipfile = SimpleNamespace(
        ZipFile=Archive,
        BadZipFile=zipfile.BadZipFile,
        LargeZipFile=zipfile.LargeZipFile,
        LargeFileError=zipfile.LargeZipFile,
    )
    emulator: Any = app
    emulator.main()


if __name__ == "__main__":
    main()
