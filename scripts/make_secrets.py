"""Write the secrets of docker-compose.yml into secrets/, each once and readable by its owner only.

What is there stays as it is: a lost data key is lost data. Keep a copy of secrets/ apart from the
copies of the database.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONTAINER_ACCOUNT = 10001  # APP_UID in docker-compose.yml
KEY_NAMES = ("data-0001", "index", "audit", "certificate-0001")


def write_once(path: Path, content: str) -> bool:
    """Whether the file was written; an existing one is never touched."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{content}\n")
    return True


def contents(folder: Path) -> dict[Path, str]:
    """What each missing file would hold; the database's address repeats its password."""
    password_file = folder / "database_password"
    password = secrets.token_urlsafe(32)
    if password_file.exists():
        password = password_file.read_text(encoding="ascii").strip()
    files = {
        folder / "secret_key": secrets.token_urlsafe(50),
        password_file: password,
        folder / "database_url": f"postgres://umkm:{password}@db:5432/umkm",
    }
    for name in KEY_NAMES:
        files[folder / "keys" / f"{name}.key"] = base64.b64encode(secrets.token_bytes(32)).decode()
    return files


def write_all(folder: Path) -> list[Path]:
    """The files that were missing and now are there."""
    (folder / "keys").mkdir(parents=True, exist_ok=True)
    for directory in (folder, folder / "keys"):
        directory.chmod(0o700)
    return [path for path, content in contents(folder).items() if write_once(path, content)]


def give_to_container(folder: Path) -> None:
    """Root hands the files to the container's account, which could not read them otherwise."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, CONTAINER_ACCOUNT, CONTAINER_ACCOUNT)


def main() -> int:
    folder = ROOT / "secrets"
    for path in write_all(folder):
        sys.stdout.write(f"dibuat: {path.relative_to(ROOT)}\n")
    if os.geteuid() == 0:
        give_to_container(folder)
    else:
        sys.stdout.write(f"Jalankan docker compose dengan APP_UID={os.getuid()} APP_GID={os.getgid()}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
