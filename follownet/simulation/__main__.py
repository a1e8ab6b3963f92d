"""Make the sample data again: ``python -m follownet.simulation data``."""

from __future__ import annotations

import argparse
from pathlib import Path

from follownet.simulation import sample


def main() -> None:
    """Write the samples into the folder named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m follownet.simulation", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write; files there are replaced")
    sample.save(parser.parse_args().folder)


if __name__ == "__main__":
    main()
