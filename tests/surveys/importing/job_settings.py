"""Settings of the worker processes of these tests: short leases, slow commits."""

from tests.core.job_settings import *  # noqa: F403

JOB_HANDLERS = {
    "import-commit": "tests.registry.importing.slow_jobs.commit",
    "flag-responses": "surveys.review_jobs.flag_responses",
}
