"""``python -m follownet``."""

import sys

from follownet.cli import main

sys.exit(main())
