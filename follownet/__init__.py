"""Measure follow-back: who follows whom, who follows back, and how sure one can be."""

from follownet.files import load, write
from follownet.readers import read
from follownet.tables import Export

__version__ = "0.1.0"

__all__ = ["Export", "load", "read", "write"]
