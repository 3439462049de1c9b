"""docker-compose.yml: valid by the Compose specification, and without a secret in it.

The schema of the specification comes with the package check-jsonschema, named `vendor.compose-spec`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.start import COMMANDS
from tests.architecture import sources

COMPOSE_FILE = sources.ROOT / "docker-compose.yml"
CHECK = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))


def verdict(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*CHECK, str(path)], capture_output=True, text=True, check=False)


def test_the_file_is_valid_by_the_specification() -> None:
    result = verdict(COMPOSE_FILE)
    assert result.returncode == 0, result.stdout


def test_a_misspelt_key_is_noticed(tmp_path: Path) -> None:
    damaged = COMPOSE_FILE.read_text(encoding="utf-8").replace("healthcheck:", "health_check:", 1)
    (tmp_path / "compose.yml").write_text(damaged, encoding="utf-8")
    result = verdict(tmp_path / "compose.yml")
    assert result.returncode == 1
    assert "health_check" in result.stdout


def test_the_server_waits_for_the_migrations_and_they_for_the_database(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["web"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert services["db"]["image"] == "postgres:17"
    assert services["db"]["volumes"] == ["database:/var/lib/postgresql/data"]
    assert services["worker"]["depends_on"] == services["web"]["depends_on"]
    checked = {name for name, service in services.items() if "test" in service.get("healthcheck", {})}
    assert checked == {"web", "db"}


def test_the_containers_run_the_commands_the_tests_run(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "migrate"):
        *program, command = compose["services"][name]["command"]
        assert program == ["python", "deploy/start.py"]
        assert command in COMMANDS
        assert compose["services"][name]["user"].startswith("${APP_UID:-10001}")
    dockerfile = sources.text(Path("Dockerfile"))
    assert "python deploy/start.py collectstatic" in dockerfile
    assert "USER 10001:10001" in dockerfile


def test_what_the_web_takes_in_the_worker_reads(compose: dict[str, Any]) -> None:
    web, worker = compose["services"]["web"], compose["services"]["worker"]
    assert web["environment"]["IMPORT_DIR"] == worker["environment"]["IMPORT_DIR"]
    assert f"imports:{worker['environment']['IMPORT_DIR']}" in worker["volumes"]
    assert web["volumes"] == worker["volumes"]
    assert worker["environment"]["IMPORT_DIR"] in sources.text(Path("Dockerfile"))


def test_every_secret_is_a_file_and_none_has_a_default(compose: dict[str, Any]) -> None:
    given = {key for service in compose["services"].values() for key in service.get("environment", {})}
    assert {key for key in given if "SECRET" in key or "PASSWORD" in key or "DATABASE_URL" in key} == {
        "SECRET_KEY_FILE",
        "DATABASE_URL_FILE",
        "POSTGRES_PASSWORD_FILE",
    }
    assert all(secret["file"].startswith("./secrets/") for secret in compose["secrets"].values())
    assert "/secrets/" in sources.text(Path(".gitignore")).splitlines()
