"""What differs between the years of Instagram's exports: folders, names, shapes of records."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Layout:
    """Where things are and what they look like."""

    accounts: str = "profiles"
    stories: str = "story_interactions"
    media: str = "media"
    following: str = "classic"
    blocked: str = "titled"
    others: str = "classic"
    nested: bool = False
    activity: str = "your_instagram_activity/"
    ties: str = "connections/followers_and_following"
    profile: str = "personal_information/personal_information"
    #: A number in the name and a bare list inside; before, neither.
    followers_numbered: bool = True
    comments_numbered: bool = True
    #: Where links of Threads lead; nowhere before there was Threads.
    threads: str | None = "https://www.threads.com"
    #: Threads files are there even if nothing is known of Threads.
    namesakes: bool = False
    #: Tags of HTML: around the records, and of a record's heading.
    main: str = "div"
    heading: str = "div"


_2022 = Layout(
    accounts="accounts",
    stories="story_sticker_interactions",
    media="content",
    blocked="classic",
    activity="",
    ties="followers_and_following",
    profile="account_information",
    followers_numbered=False,
    comments_numbered=False,
    threads=None,
)
_2024 = Layout(
    accounts="accounts",
    stories="story_sticker_interactions",
    media="content",
    blocked="classic",
    threads="https://www.threads.net",
    namesakes=True,
)
_2026 = Layout(following="titled", blocked="labelled", others="labelled", nested=True)

LAYOUTS = {
    "2022": _2022,
    "2023": replace(_2022, profile="personal_information", followers_numbered=True),
    "2024-07": _2024,
    "2025-08": Layout(),
    "2026": _2026,
}
#: The flat layout, which has nothing in common with the others.
FLAT = "2020"
#: HTML had no labelled values yet when the tag of headings and the links of following changed.
PAGES = {
    "2024-07": _2024,
    "2025-08": Layout(),
    "2026": Layout(following="titled", main="main", heading="h2"),
}
FORMS = {"json": (FLAT, *LAYOUTS), "html": tuple(PAGES)}

#: Relation -> file (of {} there were accounts, later profiles) and root key.
RELATIONS = {
    "requested": ("pending_follow_requests", "follow_requests_sent"),
    "recently_requested": ("recent_follow_requests", "permanent_follow_requests"),
    "request_received": ("follow_requests_you've_received", "follow_requests_received"),
    "unfollowed": ("recently_unfollowed_{}", "unfollowed_users"),
    "blocked": ("blocked_{}", "blocked_users"),
    "restricted": ("restricted_{}", "restricted_users"),
    "close_friend": ("close_friends", "close_friends"),
    "story_hidden": ("hide_story_from", "hide_stories_from"),
    "favorite": ("profiles_you've_favorited", "feed_favorites"),
    "suggestion_removed": ("removed_suggestions", "dismissed_suggested_users"),
}
#: Interaction -> file, which is also the end of its root key, and what the record holds.
STICKERS: dict[str, tuple[str, dict[str, str]]] = {
    "story_like": ("story_likes", {}),
    "story_poll": ("polls", {"value": "Yes"}),
    "story_quiz": ("quizzes", {"value": "A"}),
    "story_question": ("questions", {}),
    "story_slider": ("emoji_sliders", {}),
    "story_countdown": ("countdowns", {}),
}
