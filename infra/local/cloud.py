"""The embedded cloud: an AWS emulator on loopback that remembers its state.

Run as its own process (`python -m infra.local.cloud STATE_DIR PORT`), so that it outlives the
functions, as AWS would.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from infra.local import snapshot
from infra.local.cloud_app import Cloud


def _serve(cloud: Cloud, port: int) -> None:
    import uvicorn

    from infra.local.gathering import GatheringProtocol

    class Server(uvicorn.Server):
        """Leaves signals to this program, which saves before it ends."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    config = uvicorn.Config(
        cloud,
        host="127.0.0.1",
        port=port,
        http=GatheringProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    server = Server(config)

    async def run() -> None:
        def stop() -> None:
            cloud.stopping.set()
            server.should_exit = True

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        saving = asyncio.create_task(cloud.keep_saving())
        await server.serve()
        saving.cancel()

    gc.freeze()  # the restored state lives as long as the process: never walk it again
    gc.enable()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(run())


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The faster loop where it exists."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def main() -> None:
    """Serve until SIGTERM, then save and end."""
    state_dir, port = Path(sys.argv[1]), int(sys.argv[2])
    try:
        cloud = Cloud(state_dir, interval=float(os.environ.get("SNAPSHOT_SECONDS", "60")))
    except snapshot.UnusableSnapshot as error:
        sys.exit(f"the saved state in {state_dir} cannot be read: {error}")
    _serve(cloud, port)
    cloud.save()
    sys.stdout.flush()
    os._exit(0)  # the emulator's own threads have no end


if __name__ == "__main__":
    main()
