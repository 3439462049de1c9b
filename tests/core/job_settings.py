"""The settings of workers that tests start as processes: their own kinds of jobs, a short lease."""

from config.settings import *  # noqa: F403 - the settings, but for what follows

JOB_HANDLERS = {
    "write": "tests.core.job_handlers.write_rows",
    "write_unfenced": "tests.core.job_handlers.write_rows_unfenced",
    "sign": "tests.core.job_handlers.sign",
}
JOB_LEASE_SECONDS = 2
