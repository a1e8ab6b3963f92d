"""The files of an Instagram export that are about its owner, and their Threads namesakes."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from follownet.simulation.names import ADJECTIVES, NOUNS
from follownet.simulation.records import Record, classic, fields, medium, seconds, text
from follownet.tables import Export

FOLDER = "personal_information/personal_information"
THREADS = "your_instagram_activity/threads"
THREADS_ROOT = "text_post_app_text_post_app"


def files(export: Export, labels: dict[str, str]) -> Iterator[tuple[str, Record]]:
    """Yield who the owner is, and the three small files that stand beside it."""
    owner, made = export.owners[0], _made(export)
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
    photo = medium("media/profile/202108/100000000_n_17900000000000000.jpg", made, "")
    user = {"title": "User Information", "media_map_data": {"Profile Photo": photo}}
    yield f"{FOLDER}/personal_information.json", fields("profile_user", named, **user)
    insights = {
        "Contact Syncing": "False",
        "First Country Code": "ZZ",
        "Has Shared Live Video": "False",
        "Last Login": seconds(made),
        "Last Logout": 0,
        "First Story Time": 0,
        "Last Story Time": 0,
        "First Close Friends Story Time": 0,
    }
    path = f"{FOLDER}/account_information.json"
    yield path, fields("profile_account_insights", insights.items())
    notes = [("Last Notes Seen Time", seconds(made))]
    yield f"{FOLDER}/note_interactions.json", fields("profile_note_interactions", notes)
    business = fields("profile_business", [], title="Business Information")
    yield f"{FOLDER}/professional_information.json", business


def threads_files(export: Export) -> Iterator[tuple[str, Record]]:
    """Yield what Threads adds: names of Instagram's files, about other people."""
    made = seconds(_made(export))
    people = [f"{a}_{b}_on_threads" for a, b in zip(ADJECTIVES[:9], NOUNS[:9], strict=True)]
    asked = [
        classic(name, pd.Timestamp(made - 9000 * n, unit="s"), site="https://www.threads.net")
        for n, name in enumerate(people)
    ]
    received = {f"{THREADS_ROOT}_follow_requests_received": asked}
    yield f"{THREADS}/follow_requests_you've_received.json", received
    values = {
        "Bio": "",
        "Private Account": "True",
        "Links": "",
        "Onboarding Time": made,
        "Is Eligible for Profile Activation Badge": "False",
        "Profile Shows Activation Badge": "False",
    }
    yield f"{THREADS}/personal_information.json", fields(f"{THREADS_ROOT}_profile", values.items())
    root = f"{THREADS_ROOT}_posts_seen"
    seen = [
        fields(root, [("Author", name), ("Time", made - 7000 * n)])[root][0]
        for n, name in enumerate(people)
    ]
    yield f"{THREADS}/threads_viewed.json", {root: seen}


def _made(export: Export) -> pd.Timestamp:
    """Return a time shortly before the export: nothing in it may be younger than it is."""
    start = export.exported_at
    times = [export.follows["since"].max(), export.interactions["at"].max()]
    newest = max((time for time in times if not pd.isna(time)), default=pd.NaT)
    made = start - pd.Timedelta(hours=2) if start is not None else newest
    return pd.Timestamp(0, tz="UTC") if pd.isna(made) else made
