"""Why followers are gone: evidence for each of four explanations, never a verdict alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from follownet.history._changes import changed
from follownet.history._evidence import Candidates, findings
from follownet.history._exports import among, pair
from follownet.tables import TEXT, Export

#: From the weakest word to the strongest.
CONFIDENCE: Final = pd.CategoricalDtype(
    ["ruled out", "unlikely", "possible", "likely", "shown"], ordered=True
)
EXPLANATIONS: Final = ("unfollowed", "deactivated", "blocked", "renamed")
_POSSIBLE: Final = 2  # its place among them
_WEIGHT: Final = {"R": -2, "-": -1, ".": 0, "+": 1, "S": 2}
NOTHING: Final = "Nothing else in the two exports tells why."


class Rule(NamedTuple):
    """What a finding says of the four explanations, and the sentence that tells it.

    ``says`` has a sign for each: S shown, + likely, . nothing, - unlikely, R ruled out.
    """

    says: str
    sentence: str


RULES: Final = {
    "still followed": Rule(
        "+--R",
        "The owner still follows it under this handle: it left, or was removed as a follower.",
    ),
    "followed anew": Rule(
        "+---", "The owner follows it now under this handle, by a tie the old export lacks."
    ),
    "blocked": Rule(".-S-", "The owner's export lists it as blocked."),
    "asks again": Rule("+---", "It has asked to follow again since the old export."),
    "ended by both": Rule(
        "+-.-", "The owner's export lists that the owner unfollowed it too since the old export."
    ),
    "gone both ways": Rule(
        "-...",
        "It is gone from both lists and the owner is not listed as having unfollowed it: that it "
        "unfollowed does not explain this, a deactivation, a block or a new handle does.",
    ),
    "named later": Rule(
        ".-.-", "A record from after the old export names it: it was there under this handle then."
    ),
    "item here": Rule(".-.R", "What the owner reacted to is still shown under this handle."),
    "item elsewhere": Rule(
        ".-.S", "What the owner reacted to is now shown under a handle that the old export lacks."
    ),
    "item nameless": Rule(
        ".+..", "What the owner reacted to is now shown without a name, as of accounts not there."
    ),
    "id here": Rule(".-.R", "The platform's number for it still belongs to this handle."),
    "id elsewhere": Rule(".-.S", "The platform's number for it belongs to another handle now."),
    "id deleted": Rule(
        ".S.R", "The platform's number for it belongs to the handle of a deleted account now."
    ),
    "follows on": Rule("RRR.", "Under its other handle it follows the owner."),
    "dates deleted, all": Rule(
        ".S-R",
        "A deleted account that the old export lacks has exactly the dates of its ties, to the "
        "second, and no other has.",
    ),
    "dates deleted, some": Rule(
        ".+--", "One deleted account that the old export lacks has dates of its ties."
    ),
    "deleted, listed": Rule("-...", "It is still among the followers, as deleted."),
    "dates deleted, several": Rule(
        "....", "A deleted account has dates of its ties, but so have several accounts."
    ),
    "dates elsewhere": Rule(
        "---+",
        "One follower that the old export lacks has exactly the dates of its ties, from before "
        "the old export.",
    ),
    "dates elsewhere, not following": Rule(
        ".--+",
        "One account that the owner follows and the old export lacks has exactly the date of its "
        "tie, from before the old export; it does not follow the owner.",
    ),
    "dates elsewhere, several": Rule(
        "....", "Accounts that the old export lacks have dates of its ties, but not only of its."
    ),
}


def losses(old: Export, new: Export, *, owner: str | None = None) -> pd.DataFrame:
    """Return for each lost follower what speaks for which explanation, and how strongly.

    Parameters
    ----------
    old, new
        The older export and the younger one, as for `changes`.
    owner
        Whose followers; may be left out when there is one owner.

    Returns
    -------
    pandas.DataFrame
        Indexed by account: those of whom `changes` says that they are lost. ``unfollowed`` (or
        removed by the owner, which no list tells apart), ``deactivated`` (or deleted),
        ``blocked`` (one by the other) and ``renamed`` each have a word out of ``shown`` >
        ``likely`` > ``possible`` > ``unlikely`` > ``ruled out`` (an ordered categorical).
        ``evidence`` says what was seen. ``renamed_to``: the one account it may be now, where
        renaming is at least possible; otherwise missing. ``attrs`` as of `changes`, but
        ``counts`` is the number of ``lost`` and of those of whom that is ``missing``.

    Raises
    ------
    NotObservedError
        When the followers list is not in hand in both.
    SchemaError
        When the exports are not of one account, or in the wrong order.

    Warns
    -----
    FollownetWarning
        Of an export that nothing dates.

    Notes
    -----
    Each finding makes a statement on some explanations (S shown, + likely, - unlikely,
    R ruled out):

    ========================================================= === === === ===
    finding, about an account that is no follower any more    unf dea blo ren
    ========================================================= === === === ===
    the owner follows it, since the same time                  +   -   -   R
    the owner follows it, since another time                   +   -   -   -
    it is listed as blocked in the new export                      -   S   -
    it has asked to follow since the old export                +   -   -   -
    the owner unfollowed it too, since the old export          +   -       -
    mutual before, in neither list now, not listed as          -
    unfollowed by the owner (where exports list that)
    a record from after the old export names it                    -       -
    what the owner reacted to is still shown as its                -       R
    ... is shown as of a handle that the old export lacks          -       S
    ... is shown without a name                                    +
    its number (``fbid``) still belongs to the handle              -       R
    ... belongs to another handle                                  -       S
    ... belongs to the handle of a deleted account                 S       R
    the account that it is shown to be now is a follower       R   R   R
    one deleted account, new in the lists, has all dates of        S   -   R
    its ties, to the second
    ... has some of them, or to the minute or day                  +   -   -
    ... is among the followers                                 -
    one follower, new in the lists, has dates of its ties      -   -   -   +
    one account that is followed, but no follower, has             -   -   +
    dates equal to several accounts'                           (no statement)
    ========================================================= === === === ===

    The strongest statement counts, whatever the number of weaker ones: ``shown`` and ``ruled
    out`` rest on a record, ``likely`` and ``unlikely`` on an inference. Where equally strong
    ones contradict each other, and where there is none, the explanation is ``possible``. The
    order of rules, rows and exports' records does not matter. Explanations do not exclude each
    other: who blocks may have left before.

    "New in the lists" is an account that the old export names nowhere; its ties must have dates
    from before the old export, which a new tie cannot have. Two accounts match only if neither
    matches another one better or as well. A handle may pass to somebody else, which no export
    tells; platforms show deactivated accounts unevenly. Hence nothing is said with certainty of
    a follower of whom nothing is seen but the absence.

    Examples
    --------
    >>> def export(day, *ties):
    ...     lists = pd.DataFrame({"list": ["followers", "following"]})
    ...     return Export(
    ...         follows=pd.DataFrame(ties, columns=["source", "target"]), owners=("me",),
    ...         coverage=lists.assign(owner="me", status="presumed"),
    ...         exported_at=pd.Timestamp(day, tz="UTC"),
    ...     )
    >>> may = export("2026-05-01", ("me", "ann"), ("ann", "me"), ("bob", "me"), ("cy", "me"))
    >>> june = export("2026-06-01", ("me", "ann"), ("cy", "me"))
    >>> losses(may, june)[["unfollowed", "renamed"]].to_dict("index")
    {'ann': {'unfollowed': 'likely', 'renamed': 'ruled out'},
     'bob': {'unfollowed': 'possible', 'renamed': 'possible'}}
    """
    both = pair(old, new, owner)
    both.require("followers")
    both.warn_of_guesses()
    difference = changed(both)
    lost = difference.index[difference["lost"].fillna(False)]
    found, candidates = findings(both, lost)
    table = _weighed(lost, found)
    table["evidence"] = _sentences(lost, found)
    table["renamed_to"] = _now(table["renamed"], candidates)
    missing = int(difference["lost"].isna().sum())
    table.attrs = {**difference.attrs, "counts": {"lost": len(lost), "missing": missing}}
    return table


def _weighed(lost: pd.Index[Any], found: dict[str, Collection[str]]) -> pd.DataFrame:
    """Return for each explanation the word that the strongest statement gives."""
    true = np.array([among(lost, found[name]) for name in RULES])
    words = CONFIDENCE.categories
    columns = {}
    for place, explanation in enumerate(EXPLANATIONS):
        weight = np.array([_WEIGHT[rule.says[place]] for rule in RULES.values()])
        said = true * weight[:, None]
        pro, contra = said.max(axis=0), -said.min(axis=0)
        score = np.where(pro > contra, pro, np.where(contra > pro, -contra, 0))
        columns[explanation] = pd.Categorical(words[score + _POSSIBLE], dtype=CONFIDENCE)
    return pd.DataFrame(columns, index=lost)


def _sentences(lost: pd.Index[Any], found: dict[str, Collection[str]]) -> pd.Series[str]:
    texts = [
        " ".join(rule.sentence for name, rule in RULES.items() if account in found[name])
        for account in lost
    ]
    return pd.Series([text or NOTHING for text in texts], index=lost, dtype=TEXT)


def _now(renamed: pd.Series[Any], candidates: Candidates) -> pd.Series[str]:
    """Return the one candidate of each account that may have been renamed."""
    names = [
        next(iter(candidates[account]))
        if word >= _POSSIBLE and len(candidates[account]) == 1
        else None
        for account, word in zip(renamed.index, renamed.cat.codes, strict=True)
    ]
    return pd.Series(names, index=renamed.index, dtype=TEXT)
