"""`make run`: the whole CRM on this machine. PORT chooses the port, RESET=1 forgets all data.

DEMO=0 starts without the demo tenant, WATCH=0 leaves changed sources alone.
"""

import os
import sys


def main() -> int:
    """Run until Ctrl-C; the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - told in one line instead of a traceback
        print(
            "Rapport needs Python 3.11 or newer, this is " + sys.version.split()[0], file=sys.stderr
        )
        return 2
    from pathlib import Path

    from infra.local.place import CannotStart, Place
    from infra.local.supervisor import Supervisor
    from infra.local.template import TemplateError

    root = Path.cwd()
    place = Place(root, root / ".local")
    try:
        place.prepare()
        if os.environ.get("RESET") == "1":
            _forget(place)
        return Supervisor(place, _port(), root / "template.yaml").run()
    except (CannotStart, TemplateError) as error:
        print(f"make run: {error}", file=sys.stderr)
        return 1


def _port() -> int:
    from infra.local.place import CannotStart

    text = os.environ.get("PORT") or "8080"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT={text} is not a port number")
    return int(text)


def _forget(place: "Place") -> None:  # type: ignore[name-defined] # noqa: F821
    from infra.local.embedded import EmbeddedCloud

    left_behind = EmbeddedCloud(place)
    if left_behind.adopt():
        left_behind.stop()
    place.empty()


if __name__ == "__main__":
    sys.exit(main())
