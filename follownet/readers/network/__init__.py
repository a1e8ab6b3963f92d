"""Networks in files: SNAP, KONECT, Netzschleuder, tables, Parquet, GraphML, GEXF, Pajek.

What a file is, its content says. No file is unpacked to disk, and what cannot be read is
counted with its line numbers. ``source -> target`` means *source follows target*: of two columns
without names the first is the follower.
"""

from __future__ import annotations

from follownet.readers.network.contents import begin, is_archive, is_network
from follownet.readers.network.formats import read
from follownet.readers.network.ties import Network

__all__ = ["Network", "begin", "is_archive", "is_network", "read"]
