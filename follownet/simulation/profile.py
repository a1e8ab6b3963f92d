"""The files of an Instagram export that are about its owner."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from follownet.simulation.records import Record, fields, medium, seconds, text
from follownet.tables import Export


def person(export: Export, labels: dict[str, str]) -> Record:
    """Return who the owner is."""
    owner = export.owners[0]
    values = {
        "Phone Number": "+10000000000",
        "Phone Confirmed": "False",
        "Phone Confirmation Method": "Unconfirmed",
        "Username": owner,
        "Name": text(export.accounts["name"].get(owner)),
        "Bio": "",
        "Gender": "unspecified",
        "Date of birth": "1990-01-01",
        "Private Account": "False",
    }
    named = [(labels.get(key, key), value) for key, value in values.items()]
    photo = medium("media/profile/202108/100000000_n_17900000000000000.jpg", made(export), "")
    user = {"title": "User Information", "media_map_data": {"Profile Photo": photo}}
    return fields("profile_user", named, **user)


def beside(export: Export) -> Iterator[tuple[str, Record]]:
    """Yield the three small files that stand beside it."""
    at = seconds(made(export))
    insights = {
        "Contact Syncing": "False",
        "First Country Code": "ZZ",
        "Has Shared Live Video": "False",
        "Last Login": at,
        "Last Logout": 0,
        "First Story Time": 0,
        "Last Story Time": 0,
        "First Close Friends Story Time": 0,
    }
    yield "account_information.json", fields("profile_account_insights", insights.items())
    notes = [("Last Notes Seen Time", at)]
    yield "note_interactions.json", fields("profile_note_interactions", notes)
    business = fields("profile_business", [], title="Business Information")
    yield "professional_information.json", business


def made(export: Export) -> pd.Timestamp:
    """Return a time shortly before the export: nothing in it may be younger than it is."""
    start = export.exported_at
    times = [export.follows["since"].max(), export.interactions["at"].max()]
    newest = max((time for time in times if not pd.isna(time)), default=pd.NaT)
    before = start - pd.Timedelta(hours=2) if start is not None else newest
    return pd.Timestamp(0, tz="UTC") if pd.isna(before) else before
