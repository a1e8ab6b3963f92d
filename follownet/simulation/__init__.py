"""A small world of accounts, and its exports written in the platforms' true formats."""

from follownet.simulation.planted import Planted, planted
from follownet.simulation.platforms import write
from follownet.simulation.posts import posts
from follownet.simulation.ties import layers, ties
from follownet.simulation.world import World, world

__all__ = ["Planted", "World", "layers", "planted", "posts", "ties", "world", "write"]
