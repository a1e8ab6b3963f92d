"""The bundled samples, whose truth is known, and public study graphs to fetch."""

from follownet.datasets._fetch import fetch
from follownet.datasets._samples import bundled, sample
from follownet.datasets._tables import published, studies

__all__ = ["bundled", "fetch", "published", "sample", "studies"]
