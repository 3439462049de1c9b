"""`python -m bench [--large] [--only NAME_OR_GROUP] [--group GROUP]`: one line a measure, `name ratio goal ok|short`.

With `--large` the doubles among a million rows, which take minutes and gigabytes, instead of the others.

Ends with 1 when a measure is short of its goal or gives wrong numbers.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator

from bench.place import throwaway
from bench.report import say
from bench.timing import Measured

Groups = dict[str, tuple[tuple[str, ...], Callable[[set[str]], Iterator[Measured]]]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default="", help="one measure, or all of a group")
    parser.add_argument("--group", default="", help="all measures of a group")
    parser.add_argument("--large", action="store_true", help="the measures of `make bench-large` instead")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the database goes then too
    with throwaway() as engine:
        return run(options.only, options.group, engine, large=options.large)


def run(only: str, group: str, engine: str, *, large: bool = False) -> int:
    """Set up Django on the throwaway database and measure what is asked for."""
    import django

    django.setup()
    groups = _groups(large)
    started = time.monotonic()
    chosen = [
        (names, measures)
        for name, (names, measures) in groups.items()
        if group in {"", name} and (only in {"", name} or only in names)
    ]
    if not chosen:
        known = [name for names, _ in groups.values() for name in names]
        say(f"unknown measure; known: {', '.join([*groups, *known])}")
        return 2
    say(f"{engine}, {os.cpu_count()} cores, Python {sys.version.split()[0]}, Django {django.__version__}")
    _prepare()
    all_ok = True
    for names, measures in chosen:
        for measured in measures({only} if only in names else set(names)):
            print(measured, flush=True)
            all_ok = all_ok and measured.is_ok
    say(f"{time.monotonic() - started:.0f} s in all")
    return 0 if all_ok else 1


def _groups(large: bool) -> Groups:
    from bench import dashboard, duplicates, imports, ingest, search

    if large:
        return {"duplicates": (duplicates.LARGE_NAMES, duplicates.large_measures)}
    return {
        "dashboard": (dashboard.NAMES, dashboard.measures),
        "duplicates": (duplicates.NAMES, duplicates.measures),
        "import": (imports.NAMES, imports.measures),
        "ingest": (ingest.NAMES, ingest.measures),
        "search": (search.NAMES, search.measures),
    }


def _prepare() -> None:
    from django.core.management import call_command

    for command in ("make_keys", "migrate", "load_regions", "load_sectors"):
        call_command(command, verbosity=0, stdout=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
