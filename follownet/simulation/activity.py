"""What the accounts of a simulated world do in the open: posts, and reactions to posts.

Accounts are row numbers and times whole seconds since 1970.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from follownet.simulation.people import YEAR
from follownet.tables import TEXT

FORMATS = {"image": 0.42, "carousel": 0.2, "reel": 0.2, "video": 0.05, "story": 0.13}
#: What one account does with another's posts and stories, as shares of all it does.
KINDS = {
    "like": 0.5,
    "comment": 0.09,
    "comment_like": 0.08,
    "save": 0.05,
    "view": 0.12,
    "story_like": 0.08,
    "story_poll": 0.03,
    "story_quiz": 0.015,
    "story_question": 0.015,
    "story_slider": 0.01,
    "story_countdown": 0.01,
}
ON_POSTS = ("like", "comment", "comment_like", "save")
MUTUAL_ENGAGEMENT = 3.0
MENTION_SHARE = 0.25
LETTERS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))

#: More seconds than any world has, so that account and time make one sorted number.
SPAN = 2**33
EVENT = ["source", "target", "kind", "at", "item", "group"]


def posts(rng: np.random.Generator, people: pd.DataFrame, end: int) -> pd.DataFrame:
    """Return the posts of all accounts, by account and time."""
    sizes = rng.poisson(people["posting"])
    account = np.repeat(np.arange(len(people)), sizes)
    leaves = np.minimum(people["deleted"].to_numpy(), end)[account]
    at = rng.uniform(people["joined"].to_numpy()[account], leaves).astype("int64")
    form = rng.choice(list(FORMATS), size=len(account), p=list(FORMATS.values()))
    length = np.exp(rng.normal(3.8, 1.0, size=len(account))).astype("int64").clip(max=2200)
    silent = (rng.random(len(account)) < 0.1) | (form == "story")
    codes = LETTERS[rng.integers(len(LETTERS), size=(len(account), 10))]
    ids = rng.integers(10**8, 10**9, size=(len(account), 4)).tolist()
    found = pd.DataFrame(
        {
            "post": [f"{a}_{b}{b % 997}_{c}{c % 991}_n_17{d}{a % 10**6:06d}" for a, b, c, d in ids],
            "account": account,
            "at": at,
            "format": form,
            "text_length": np.where(silent, 0, length),
            "href": [_href(kind, "".join(c)) for kind, c in zip(form, codes, strict=True)],
        }
    )
    return found.sort_values(["account", "at"], kind="stable", ignore_index=True)


def reactions(
    rng: np.random.Generator,
    people: pd.DataFrame,
    follows: pd.DataFrame,
    posts: pd.DataFrame,
    end: int,
) -> pd.DataFrame:
    """Return likes, comments, story stickers, views and saves along the follows."""
    gone = people["deleted"].to_numpy()
    until = np.minimum(np.minimum(follows["until"], gone[follows["target"]]), end)
    years = (until - follows["since"]) / YEAR
    rate = people["engagement"].to_numpy()[follows["source"]]
    rate = rate * np.where(follows["mutual"], MUTUAL_ENGAGEMENT, 1.0)
    tie = np.repeat(np.arange(len(follows)), rng.poisson(years * rate))
    done = follows[["source", "target", "since"]].iloc[tie].reset_index(drop=True)
    done["at"] = rng.uniform(done["since"], until.to_numpy()[tie]).astype("int64")
    done["kind"] = rng.choice(list(KINDS), size=len(done), p=list(KINDS.values()))
    done["item"] = _newest(posts[posts["format"] != "story"], done)
    done = done[done["item"].notna() | ~done["kind"].isin(ON_POSTS)]
    again = done.duplicated(["source", "kind", "item"])
    done = done[~(again & done["kind"].isin(("like", "save")))]
    done = pd.concat([done, _answers(rng, people, posts, end)], ignore_index=True)
    # Of a comment, a view or a sticker no export names the item.
    done["item"] = done["item"].where(done["kind"].isin(("like", "comment_like", "save")))
    mentions = _mentions(rng, follows.assign(until=until), done[done["kind"] == "comment"])
    return pd.concat([done, mentions], ignore_index=True).assign(group=None)[EVENT]


def _href(form: str, code: str) -> str | None:
    kind = {"story": None, "reel": "reel"}.get(form, "p")
    return kind and f"https://www.instagram.com/{kind}/C{code}/"


def _newest(posts: pd.DataFrame, done: pd.DataFrame) -> pd.Series[str]:
    """Return the address of the target's newest post at each moment, if there is one."""
    if posts.empty:
        return pd.Series(None, index=done.index, dtype=TEXT)
    key = posts["account"].to_numpy() * SPAN + posts["at"].to_numpy()
    place = np.searchsorted(key, done["target"].to_numpy() * SPAN + done["at"].to_numpy()) - 1
    same = posts["account"].to_numpy()[place] == done["target"].to_numpy()
    href = posts["href"].to_numpy(dtype=object)[place]
    return pd.Series(href, index=done.index).where(same & (place >= 0))


def _answers(
    rng: np.random.Generator, people: pd.DataFrame, posts: pd.DataFrame, end: int
) -> pd.DataFrame:
    """Return the comments that accounts leave under their own posts."""
    own = posts[(rng.random(len(posts)) < 0.08) & (posts["format"] != "story")]
    at = own["at"] + rng.lognormal(np.log(3600), 1.5, size=len(own)).astype("int64") + 1
    leaves = np.minimum(people["deleted"].to_numpy()[own["account"]], end)
    found = pd.DataFrame({"source": own["account"], "target": own["account"], "at": at})
    answered: pd.DataFrame = found[at.lt(leaves)]
    return answered.assign(kind="comment")


def _mentions(
    rng: np.random.Generator, follows: pd.DataFrame, comments: pd.DataFrame
) -> pd.DataFrame:
    """Return a mention of someone whom the commenter follows then, in some comments."""
    some = comments.loc[rng.random(len(comments)) < MENTION_SHARE, ["source", "target", "at"]]
    some = some.rename(columns={"target": "author"}).assign(comment=range(len(some)))
    pairs = some.merge(follows, on="source")
    then = (pairs["since"] <= pairs["at"]) & (pairs["at"] < pairs["until"])
    pairs = pairs[then & (pairs["target"] != pairs["author"])]
    mixed = pairs.iloc[rng.permutation(len(pairs))].drop_duplicates("comment")
    return mixed[["source", "target", "at"]].assign(kind="mention")
