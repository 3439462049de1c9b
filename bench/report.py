"""Lines of the report go to standard output; everything else the reader may want to standard error."""

import sys


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
