"""Measure follow-back: who follows whom, who follows back, and how sure one can be."""

__version__ = "0.1.0"
