"""One contender in a process of its own: `python -m bench.finding_doubles ours|splink ROWS.csv PAIRS.csv`.

Reads rows (id, name, owner, ward, phone, nik), writes pairs with a score (a, b, score), and prints the seconds it took,
those of a processor with all threads and children, and the largest memory of the process in MiB. Starting up and
importing is not timed.
"""

from __future__ import annotations

import csv
import json
import logging
import os
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Way = Callable[[Path, Path], None]


def ours() -> Way:
    from registry.matching import Features
    from registry.pairing import find_pairs

    def rows(source: Path) -> Iterator[Features]:
        with source.open(encoding="utf-8", newline="") as file:
            for pk, name, owner, ward, phone, nik in list_of(file):
                yield Features(int(pk), name, owner, int(ward), phone or None, nik or None)

    def run(source: Path, target: Path) -> None:
        with target.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows((match.a, match.b, match.score) for match in find_pairs(rows(source)))

    return run


def list_of(file: object) -> Iterator[list[str]]:
    reader = csv.reader(file)  # type: ignore[arg-type]  # an open file
    next(reader)  # the heading
    return reader


def _settings() -> Any:
    """As its documentation advises, and helped: see docs/bench.md."""
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    name = cl.NameComparison("name", jaro_winkler_thresholds=[0.95, 0.88])
    # One comparison for NIK and telephone, which say the same; two would count a shared owner twice.
    numbers = cl.CustomComparison(
        output_column_name="numbers",
        comparison_levels=[
            cll.And(cll.NullLevel("nik"), cll.NullLevel("phone")).configure(is_null_level=True),
            cll.Or(cll.ExactMatchLevel("nik"), cll.ExactMatchLevel("phone")),
            cll.ElseLevel(),
        ],
    )
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        blocking_rules_to_generate_predictions=[
            block_on("nik"),
            block_on("phone"),
            block_on("name"),
            block_on("owner", "ward"),
            block_on("ward", "substr(owner, 1, 4)", "substr(name, 1, 6)"),
        ],
        comparisons=[
            # Given, not learnt: learning takes two businesses of one owner for one.
            name.configure(m_probabilities=[0.42, 0.48, 0.09, 0.01]),
            cl.NameComparison("owner", jaro_winkler_thresholds=[0.92, 0.85]),
            cl.ExactMatch("ward"),
            numbers,
        ],
        retain_matching_columns=False,
    )


def splink() -> Way:
    from splink import DuckDBAPI, Linker, block_on

    logging.disable(logging.WARNING)
    settings = _settings()
    known: list[Any] = [block_on("name", "owner"), block_on("name", "phone"), block_on("name", "nik")]

    def run(source: Path, target: Path) -> None:
        api = DuckDBAPI()
        connection = api.duckdb_con
        connection.execute(
            "CREATE TABLE businesses AS SELECT * FROM read_csv(?, header = true, all_varchar = true)",
            [str(source)],
        )
        linker = Linker(api.register("businesses"), settings)
        linker.training.estimate_probability_two_random_records_match(known, recall=0.65)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("name"))
        found = linker.inference.predict(threshold_match_weight=-4)
        connection.execute(
            f"COPY (SELECT id_l, id_r, match_weight FROM {found.physical_name}) TO '{target}' (HEADER false)"
        )

    return run


def main(who: str, source: str, target: str) -> None:
    run = {"ours": ours, "splink": splink}[who]()
    started, worked = time.perf_counter(), sum(os.times()[:4])
    run(Path(source), Path(target))
    spent = {
        "seconds": time.perf_counter() - started,
        "processor": sum(os.times()[:4]) - worked,
        "mebibytes": most_memory(),
    }
    sys.stdout.write(f"\n{json.dumps(spent)}\n")


def most_memory() -> float:
    """Of this process in MiB, its children not counted; `ru_maxrss` would start with what its parent held."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
