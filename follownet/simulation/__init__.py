"""A small world of accounts, and its exports written in the platforms' true formats."""

from follownet.simulation.bonds import Bonds, bonds
from follownet.simulation.kinds import LAWS, Kinds, kinds
from follownet.simulation.planted import Planted, planted
from follownet.simulation.platforms import write
from follownet.simulation.posts import posts
from follownet.simulation.ties import layers, ties
from follownet.simulation.world import World, world

__all__ = [
    "LAWS",
    "Bonds",
    "Kinds",
    "Planted",
    "World",
    "bonds",
    "kinds",
    "layers",
    "planted",
    "posts",
    "ties",
    "world",
    "write",
]
