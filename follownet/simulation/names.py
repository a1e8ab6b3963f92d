"""Invented handles, display names and filler text: nobody's words about nobody."""

from __future__ import annotations

import numpy as np


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ADJECTIVES = _words(
    "amber autumn bold brisk calm cedar clear copper coral curious dappled dusty early faint "
    "gentle golden hazel hidden humble indigo ivory jolly kind lively lunar mellow misty mossy "
    "nimble noble oaken olive patient plain quiet rapid rusty sandy silver slow solar spare "
    "steady still sunny tidal umber velvet warm winter"
)
NOUNS = _words(
    "acorn anchor arbor badger basin beacon birch bramble brook canyon comet crane creek delta "
    "ember falcon fern finch fjord glade grove harbor heron hollow island juniper kestrel lantern "
    "larch ledge maple marsh meadow otter pebble pine plover pond quail quarry raven reed ridge "
    "shore sparrow spruce summit thicket tide trail valley willow wren"
)
GIVEN = _words(
    "Alvi Bresna Brélia Corvo Dovra Éloan Elund Farro Gisla Hestor Ida Jorra Kelvo Lumno Marsk "
    "Nevra Ñimo Orlo Pellin Quena Rusko Selda Søri Tamsa Ulvar Ünsel Vesko Wendo Yrsel Zorno"
)
HANDLE_STYLES = ("{}.{}", "{}_{}", "{}{}", "{}_{}.{}", "{}.{}_{}", "{}{}{}")
#: Names as people write them: most are plain, some hold what breaks careless readers.
NAME_STYLES = ("{}", "{} 🌿", "{} 🎧✨", "{}, baker", '{} "Q"', "<b>{}</b>")
NAME_SHARES = (0.85, 0.04, 0.03, 0.03, 0.035, 0.015)
WORDS = _words(
    "river café blue paper garden 🙂 morning über window leaf stone naïve rain yellow map "
    "village 🌿 chair simple picture señal note bread sun"
)


def handles(rng: np.random.Generator, count: int) -> list[str]:
    """Return `count` distinct handles of ``[a-z0-9._]``, such as ``quiet_heron.31``."""
    pairs = _shuffled(rng, count, len(ADJECTIVES) * len(NOUNS))
    styles = rng.integers(len(HANDLE_STYLES), size=count)
    numbers = rng.integers(2, 100, size=count)
    found = []
    for (pair, again), style, number in zip(pairs, styles, numbers, strict=True):
        adjective, noun = ADJECTIVES[pair // len(NOUNS)], NOUNS[pair % len(NOUNS)]
        handle = HANDLE_STYLES[style].format(adjective, noun, number)
        found.append(f"{handle}.{again}" if again else handle)
    return found


def display_names(rng: np.random.Generator, count: int) -> list[str]:
    """Return `count` distinct display names; accents, emoji, quotes and markup occur."""
    pairs = _shuffled(rng, count, len(GIVEN) * len(NOUNS))
    styles = rng.choice(len(NAME_STYLES), size=count, p=NAME_SHARES)
    found = []
    for (pair, again), style in zip(pairs, styles, strict=True):
        name = f"{GIVEN[pair // len(NOUNS)]} {NOUNS[pair % len(NOUNS)].title()}"
        found.append(NAME_STYLES[style].format(f"{name} {again}" if again else name))
    return found


def filler(position: int, length: int) -> str:
    """Return `length` characters of meaningless text that is the same for a position."""
    words: list[str] = []
    size = -1
    while size < length:
        words.append(WORDS[(position * 7 + len(words) * 5) % len(WORDS)])
        size += len(words[-1]) + 1
    text = " ".join(words)[: max(length, 0)]
    # Readers may strip white space; a length has to survive that.
    return f"{text[:-1]}." if text.endswith(" ") else text


def _shuffled(rng: np.random.Generator, count: int, size: int) -> list[tuple[int, int]]:
    """Return `count` numbers below `size` without order, and how often each came before."""
    order = rng.permutation(size)
    return [(int(order[i % size]), i // size) for i in range(count)]
