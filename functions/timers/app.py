"""The sweeper: each minute, sends what falls due in the next one to the owner's queue."""

from chalice.app import CloudWatchEvent, Rate

from functions.timers.sweeping import sweep
from shared.runtime.app import create_app
from shared.runtime.observability import logger, metrics
from shared.runtime.runtime import runtime

app = create_app("timers")


@app.schedule(Rate(1, unit=Rate.MINUTES))
def sweep_timers(event: CloudWatchEvent) -> None:
    """Find due timers of all tenants; an alarm watches the heartbeat metric."""
    sent = sweep(runtime())
    logger().info("timers swept", sent=sent)
    metrics().add_metric(name="SweeperHeartbeat", unit="Count", value=1)
    metrics().add_metric(name="TimersSent", unit="Count", value=sent)
    metrics().flush_metrics()
