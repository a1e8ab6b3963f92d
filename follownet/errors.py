"""What can go wrong, in a few kinds.

A message says what was wrong, where, what is accepted and what to do. Of a bad value it
gives the type and length, never the text: exports hold other people's names.
"""

from __future__ import annotations


class FollownetError(ValueError):
    """The base of every error that follownet raises on purpose."""


class UnknownFormatError(FollownetError):
    """The input is readable, but it is nothing that follownet knows."""


class DamagedExportError(FollownetError):
    """The input is (or claims to be) an export, but it is cut, encrypted, empty or broken."""


class NotObservedError(FollownetError):
    """The question cannot be answered from what this graph observed."""


class SchemaError(FollownetError):
    """A table lacks what its schema asks for, or an argument does not fit it."""


class MissingExtraError(FollownetError):
    """What was asked for needs a library that is not installed; the message says which."""


class FollownetWarning(UserWarning):
    """Something was left out, or speaks against taking a number at face value."""
