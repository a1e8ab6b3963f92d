"""What one account's LinkedIn export shows of a world, and its files in the layout of a year."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pandas as pd

from follownet.simulation import archive, events, views
from follownet.simulation.names import filler
from follownet.simulation.options import require
from follownet.tables import TEXT, Export

if TYPE_CHECKING:
    from follownet.simulation.world import World

PLATFORM: Final = "linkedin"
#: Years of the format, the oldest first.
LAYOUTS: Final = ("2018", "2021", "2024", "2026")
_COMPANY: Final = "company:"
_KINDS: Final = {"like": "Reactions.csv", "comment": "Comments.csv"}
_NOTES: Final = (
    'Notes:\n"When exporting your connection data, you may notice that some of the email addresses '
    "are missing. You will only see email addresses for connections who have allowed their "
    "connections to see or download their email address using this setting "
    "https://www.linkedin.com/psettings/privacy/email. You can learn more here "
    'https://www.linkedin.com/help/linkedin/answer/261"\n\n'
)
_TEXTS: Final = ("source", "target", "relation", "kind", "item", "group")


def view(world: World, owner: str, at: pd.Timestamp) -> Export:
    """Return what LinkedIn's export shows of `owner` at `at`.

    Who follows each other is connected, since the day of the later follow, after an invitation by
    the first; requests are invitations. Whom the owner follows without being followed is a company.
    Likes and comments are without whose posts they were. Deleted accounts are gone.
    """
    seen = views.shown(world.accounts, at)
    living = seen.index[seen == seen.index]
    ties = views.follows(world, owner, at, seen)
    ties = ties[ties["source"].isin(living) & ties["target"].isin(living)]
    given = ties[ties["source"] == owner].set_index("target")["since"]
    got = ties[ties["target"] == owner].set_index("source")["since"]
    alone = given[~given.index.isin(got.index)].dt.floor("s")
    follows = pd.DataFrame(
        {"source": owner, "target": _COMPANY + alone.index, "since": alone.to_numpy()}
    ).assign(since=lambda rows: pd.to_datetime(rows["since"], utc=True))
    done = views.actions(world, owner, at, seen)
    done = done[done["kind"].isin(list(_KINDS))]
    done = done.assign(target=None, group=None, at=done["at"].dt.floor("s"))
    posts = world.posts[(world.posts["account"] == owner) & (world.posts["at"] < at)]
    relations = _relations(world, owner, at, seen, given, got)
    said = _messages(world, owner, at, living)
    return Export(
        accounts=_accounts(world, owner, follows, relations, said),
        follows=follows,
        relations=relations,
        interactions=pd.concat([done, said], ignore_index=True),
        posts=posts[["post", "account", "at", "text_length"]].assign(
            text_length=posts["text_length"].fillna(0), at=posts["at"].dt.floor("s")
        ),
        platform=PLATFORM,
        owners=(owner,),
        exported_at=at.floor("D"),
        coverage=_coverage(owner, follows, at),
    )


def _relations(
    world: World,
    owner: str,
    at: pd.Timestamp,
    seen: pd.Series[str],
    given: pd.Series[Any],
    got: pd.Series[Any],
) -> pd.DataFrame:
    asked = views.relations(world, owner, at, seen)
    asked = asked[asked["relation"].isin(["requested", "request_received"])]
    rows = []
    for alter in given.index.intersection(got.index):
        first, last = sorted((given[alter], got[alter]))
        rows.append((owner, alter, "connection", last.floor("D")))
        if given[alter] == first:
            rows.append((owner, alter, "requested", first.floor("min")))
        else:
            rows.append((alter, owner, "request_received", first.floor("min")))
    made = pd.DataFrame(rows, columns=["source", "target", "relation", "at"])
    made["at"] = pd.to_datetime(made["at"], utc=True)
    whole = pd.concat([made, asked.assign(at=asked["at"].dt.floor("min"))], ignore_index=True)
    whole = whole.drop_duplicates(["source", "target", "relation"])
    return whole[["source", "target", "relation", "at"]]


def _messages(world: World, owner: str, at: pd.Timestamp, living: pd.Index[str]) -> pd.DataFrame:
    """Return the messages of threads of two, both of whom are there still."""
    table = world.interactions
    said = table[(table["kind"] == "message") & table["group"].isna() & (table["at"] < at)]
    said = said[(said["source"] == owner) | (said["target"] == owner)]
    said = said[said["source"].isin(living) & said["target"].isin(living)]
    return said.assign(at=said["at"].dt.floor("s"))


def _accounts(world: World, owner: str, follows: pd.DataFrame, *tables: pd.DataFrame) -> Any:
    people = {owner}.union(*(set(table[end]) for table in tables for end in ("source", "target")))
    ids = sorted(people)
    known = world.accounts.reindex(ids)
    persons = pd.DataFrame({"handle": ids, "name": known["name"].str.strip().to_numpy()}, index=ids)
    companies = sorted(set(follows["target"]))
    names = [one.removeprefix(_COMPANY) for one in companies]
    business = pd.DataFrame({"name": names, "type": "business"}, index=companies)
    return pd.concat([persons, business]).assign(platform=PLATFORM).astype(TEXT)


def _coverage(owner: str, follows: pd.DataFrame, at: pd.Timestamp) -> pd.DataFrame:
    table = views.coverage(owner, follows, at)
    missing = table["list"] == "followers"
    table["records"] = table["records"].astype("Int64").mask(missing)
    return table.assign(status=table["status"].mask(missing, "missing"))


def write(
    export: Export, path: str | os.PathLike[str], *, layout: str = "2026", preamble: bool = True
) -> Path:
    """Write an export's tables as LinkedIn would, and return where.

    Text that the tables do not hold is filler. There is no place for whose posts were liked or
    commented on, conversations of more than two, and other kinds. In ``"2018"`` and ``"2021"``
    connections, in those and ``"2024"`` invitations are named without links, so that an account
    is read back as its name, and of several of one name none is known. ``"2018"`` has no ids of
    conversations. Connections have the day, invitations the minute, all else the second.

    Parameters
    ----------
    export
        The export of one owner in LinkedIn's terms.
    path
        A zip if it ends in ``.zip``, else a new folder. Readers take the date from a name such as
        ``Complete_LinkedInDataExport_05-11-2026.zip``.
    layout
        ``"2018"``, ``"2021"``, ``"2024"`` or ``"2026"``.
    preamble
        Whether notes stand before the connections, as they do since 2020.

    Returns
    -------
    Path
        The `path`. Equal tables give equal bytes.

    Raises
    ------
    SchemaError
        If `layout` is none of these.
    """
    require("layout", layout, LAYOUTS)
    members = {
        "Profile.csv": _profile(export),
        "Connections.csv": (_NOTES if preamble and layout > "2018" else "")
        + _connections(export, layout),
        "Invitations.csv": _invitations(export, layout),
        "Shares.csv": _shares(export),
        ("Messages.csv" if layout == "2018" else "messages.csv"): _said(export, layout),
        **{file: _done(export, kind) for kind, file in _KINDS.items()},
    }
    if (following := events.following(export)) is not None:
        rows = list(following)
        companies = [row for row in rows if row.target.startswith(_COMPANY)]
        members["Company Follows.csv"] = _csv(
            ["Organization", "Followed On"],
            ((row.target.removeprefix(_COMPANY), _java(row.since)) for row in companies),
        )
        if people := [row for row in rows if not row.target.startswith(_COMPANY)]:
            members["Member_Follows.csv"] = "Notes:\n\n" + _csv(
                ["Date", "Full Name", "Status"],
                ((_time(row.since), _name(export, row.target), "Active") for row in people),
            )
    return archive.save(members, Path(path), export.exported_at)


def _csv(header: list[str], rows: Iterable[Iterable[str]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()


def _name(export: Export, account: str) -> str:
    name = export.accounts["name"].get(account)
    return "" if name is None or pd.isna(name) else str(name)


def _link(account: str, *, encoded: bool = True) -> str:
    return f"https://www.linkedin.com/in/{quote(account, safe='') if encoded else account}"


def _profile(export: Export) -> str:
    first, _, last = _name(export, export.owners[0]).partition(" ")
    header = "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary".split(",")
    return _csv(header, [(first, last, "", "", "", filler(1, 20), "")])


def _connections(export: Export, layout: str) -> str:
    linked = layout >= "2024"
    header = ["First Name", "Last Name", *(["URL"] if linked else [])]
    header += ["Email Address", "Company", "Position", "Connected On"]
    found = export.relations[export.relations["relation"] == "connection"]
    rows = []
    for row in events.newest(found):
        first, _, last = _name(export, row.target).partition(" ")
        at = "" if pd.isna(row.at) else f"{row.at:%d %b %Y}"
        at = _clock(row.at) if layout == "2018" else at
        link = [_link(row.target)] if linked else []
        rows.append([first, last, *link, "", filler(1, 9), filler(2, 12), at])
    return _csv(header, rows)


def _invitations(export: Export, layout: str) -> str:
    more = {"2024": "Urn", "2026": "Url"}.get(layout)
    ends = [f"{end}Profile{more}" for end in ("inviter", "invitee")] if more else []
    found = export.relations
    found = found[found["relation"].isin(["requested", "request_received"])]
    texts = found["message"] if "message" in found else pd.Series(False, index=found.index)
    found = found.assign(message=texts.fillna(False).astype(bool))
    rows = []
    for row in events.newest(found):
        both = (row.source, row.target)
        links = {
            "Url": [_link(one, encoded="%" in one or "#" in one or "?" in one) for one in both],
            "Urn": [f"urn:li:fsd_profile:{quote(one, safe='')}" for one in both],
        }
        way = "OUTGOING" if row.relation == "requested" else "INCOMING"
        text = filler(3, 24) if row.message else ""
        cells = [*(_name(export, one) for one in both), _clock(row.at), text, way]
        rows.append([*cells, *(links[more] if more else [])])
    return _csv(["From", "To", "Sent At", "Message", "Direction", *ends], rows)


def _done(export: Export, kind: str) -> str:
    found = events.newest(export.interactions[export.interactions["kind"] == kind])
    rows = [(_time(row.at), "" if pd.isna(row.item) else row.item) for row in found]
    if kind == "like":
        return _csv(["Date", "Type", "Link"], ((at, "LIKE", link) for at, link in rows))
    written = ((at, link, filler(n, 20)) for n, (at, link) in enumerate(rows))
    return _csv(["Date", "Link", "Message"], written)


def _shares(export: Export) -> str:
    header = "Date,ShareLink,ShareCommentary,SharedURL,MediaURL,Visibility".split(",")
    rows = events.posts(export)
    return _csv(header, ((_time(r.at), r.post, t, "", "", "MEMBER_NETWORK") for r, t in rows))


def _said(export: Export, layout: str) -> str:
    said = export.interactions
    found = said[(said["kind"] == "message") & said["target"].notna()]
    owner = export.owners[0]
    rows = []
    for n, row in enumerate(events.newest(found)):
        people = [_name(export, one) for one in (row.source, row.target)]
        text = filler(n, 4 + n % 40)
        if layout == "2018":
            way = "OUTGOING" if row.source == owner else "INCOMING"
            rows.append([*people, _clock(row.at), "", text, way, "INBOX"])
            continue
        more = [_link(row.target)] if layout >= "2024" else []
        at = _time(row.at)
        stamp = f"{at} UTC" if at else ""
        sender = [people[0], _link(row.source), people[1], *more]
        rows.append([row.item, "", *sender, stamp, "", text, "INBOX"])
    if layout == "2018":
        return _csv("From,To,Date,Subject,Content,Direction,Folder".split(","), rows)
    recipients = ["RECIPIENT PROFILE URLS"] if layout >= "2024" else []
    header = ["CONVERSATION ID", "CONVERSATION TITLE", "FROM", "SENDER PROFILE URL", "TO"]
    return _csv([*header, *recipients, "DATE", "SUBJECT", "CONTENT", "FOLDER"], rows)


def _time(at: Any) -> str:
    return "" if pd.isna(at) else f"{at:%Y-%m-%d %H:%M:%S}"


def _java(at: Any) -> str:
    return "" if pd.isna(at) else f"{at:%a %b %d %H:%M:%S} UTC {at:%Y}"


def _clock(at: Any) -> str:
    """Return a time as ``6/3/18, 9:15 AM``."""
    if pd.isna(at):
        return ""
    hour = at.hour % 12 or 12
    half = "AM" if at.hour < 12 else "PM"
    return f"{at.month}/{at.day}/{at.year % 100:02d}, {hour}:{at.minute:02d} {half}"
