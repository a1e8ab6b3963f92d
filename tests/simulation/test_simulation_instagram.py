from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from follownet.errors import SchemaError
from follownet.simulation import World, world, write
from follownet.simulation.archive import dumps
from follownet.tables import Export

SAMPLES = Path(__file__).parents[3] / "shared" / "exports"
AT = pd.Timestamp("2026-05-11", tz="UTC")
TIES = "connections/followers_and_following"
ACTIVITY = "your_instagram_activity"

Skeleton = dict[str, set[str]]

#: What some real records have and others lack.
OPTIONAL = re.compile(
    r"(is_pending|joinable_mode.*|\.reactions.*|\.share.*|\.photos.*|\.content"
    r"|likes_media_likes\[\]\.title|string_map_data\.Media Owner.*) "
)

CLASSIC = """
[] title str
[] media_list_data list
[] string_list_data list
[] string_list_data [] href str
[] string_list_data [] value str
[] string_list_data [] timestamp int
"""
PERSON = """
timestamp int
media list
label_values list
label_values [] label str
label_values [] value str
fbid str
"""
SEEN = """
[] timestamp int
[] media list
[] label_values list
[] label_values [] label str
[] label_values [] value str
[] label_values [] href str
[] label_values [] title str
[] label_values [] dict list
[] label_values [] dict [] title str
[] label_values [] dict [] dict list
[] label_values [] dict [] dict [] label str
[] label_values [] dict [] dict [] value str
[] fbid str
"""
#: formats.md: three shapes of record side by side in one export.
LAYOUT_2026 = {
    f"{TIES}/followers_1.json": CLASSIC,
    f"{TIES}/following.json": """
relationships_following list
relationships_following [] title str
relationships_following [] string_list_data list
relationships_following [] string_list_data [] href str
relationships_following [] string_list_data [] timestamp int
""",
    f"{TIES}/pending_follow_requests.json": PERSON,
    f"{TIES}/recent_follow_requests.json": PERSON,
    f"{TIES}/follow_requests_you've_received.json": PERSON,
    f"{TIES}/recently_unfollowed_profiles.json": PERSON,
    f"{TIES}/blocked_profiles.json": PERSON,
    f"{TIES}/restricted_profiles.json": PERSON,
    f"{TIES}/close_friends.json": PERSON,
    f"{TIES}/hide_story_from.json": PERSON,
    f"{TIES}/profiles_you've_favorited.json": PERSON,
    f"{TIES}/removed_suggestions.json": PERSON,
    f"{ACTIVITY}/likes/liked_posts.json": SEEN,
    f"{ACTIVITY}/story_interactions/stories_viewed.json": SEEN,
    f"{ACTIVITY}/saved/saved_posts.json": SEEN,
    f"{ACTIVITY}/likes/liked_comments.json": """
likes_comment_likes list
likes_comment_likes [] title str
likes_comment_likes [] string_list_data list
likes_comment_likes [] string_list_data [] href str
likes_comment_likes [] string_list_data [] value str
likes_comment_likes [] string_list_data [] timestamp int
""",
    f"{ACTIVITY}/comments/post_comments_1.json": """
[] media_list_data list
[] media_list_data [] uri str
[] string_map_data Comment value str
[] string_map_data Media Owner value str
[] string_map_data Time timestamp int
""",
}


@pytest.fixture(scope="module")
def truth() -> World:
    return world(accounts=70, seed=5)


@pytest.fixture(scope="module")
def views(truth: World) -> list[Export]:
    """What the fifteen most active private accounts show: together, every kind of record."""
    people = truth.accounts
    alive = people[(people["joined"] < AT) & ~(people["deleted"] <= AT)]
    busy = alive.sort_values(["private", "activity"], ascending=False).index[:15]
    return [truth.view(owner, AT) for owner in busy]


@pytest.fixture(scope="module")
def found_2026(views: list[Export], tmp_path_factory: pytest.TempPathFactory) -> Skeleton:
    """The skeleton of all of them in the layout of 2026."""
    folder = tmp_path_factory.mktemp("layout-2026")
    return skeleton(*(write(view, folder / str(n)) for n, view in enumerate(views)))


def paths(value: Any, path: str = "") -> Iterable[str]:
    """Yield each place in a JSON document with its type: keys by name, items as []."""
    if isinstance(value, dict):
        yield f"{path} dict"
        for key, inner in value.items():
            yield from paths(inner, f"{path}.{key}")
    elif isinstance(value, list):
        yield f"{path} list"
        for inner in value:
            yield from paths(inner, f"{path}[]")
    else:
        yield f"{path} {type(value).__name__}"


def skeleton(*folders: Path) -> Skeleton:
    """Return the places found in each file; threads count as one, and so do the parts."""
    found: Skeleton = {}
    for folder in folders:
        for file in sorted(folder.rglob("*.json")):
            name = file.relative_to(folder).as_posix()
            name = re.sub(r"(inbox|message_requests)/[a-z0-9]+_\d+/", "<thread>/", name)
            found.setdefault(name, set()).update(paths(json.loads(file.read_text())))
    return found


def difference(real: Skeleton, ours: Skeleton) -> str:
    """Return what each real file has and ours lacks, and the other way, one place a line."""
    lines = []
    for name, places in sorted(real.items()):
        if name not in ours:
            lines.append(f"missing file {name}")
            continue
        lines += [f"missing {name}: {place}" for place in sorted(places - ours[name])]
        extra = {place for place in ours[name] - places if not OPTIONAL.search(f"{place} ")}
        lines += [f"extra {name}: {place}" for place in sorted(extra)]
    return "\n".join(lines)


@pytest.mark.parametrize("layout", ["2024-07", "2025-08"])
def test_written_exports_have_the_skeleton_of_real_ones(
    layout: str, views: list[Export], tmp_path: Path
) -> None:
    """Files, keys, types and nesting: optional keys of real records occur somewhere."""
    real = SAMPLES / f"instagram-json-{layout}"
    if not real.is_dir():
        pytest.skip(f"the real sample {real.name} is not beside this repository")
    ours = [write(view, tmp_path / str(n), layout=layout) for n, view in enumerate(views)]
    assert difference(skeleton(real), skeleton(*ours)) == ""


def test_every_single_export_has_the_frame_of_a_real_one(
    views: list[Export], tmp_path: Path
) -> None:
    """Lists, profile and Threads files are there whoever the owner is."""
    real = SAMPLES / "instagram-json-2024-07"
    if not real.is_dir():
        pytest.skip("the real sample is not beside this repository")
    always = {
        name: places
        for name, places in skeleton(real).items()
        if name.startswith(("personal_information", f"{ACTIVITY}/threads"))
        or name.endswith(("followers_1.json", "following.json"))
    }
    for number, view in enumerate(views[:3]):
        ours = skeleton(write(view, tmp_path / str(number), layout="2024-07"))
        assert difference(always, ours) == ""


def literal(text: str) -> set[str]:
    """Return the places of a literal skeleton, with the containers above each."""
    found = set()
    for line in text.strip().splitlines():
        path, kind = line.rsplit(" ", 1)
        path = path.replace("Media Owner", "Media\0Owner")
        names = [name.replace("\0", " ") for name in path.split(" ")]
        place = ""
        for name in names:
            found.add(f"{place} {'list' if name == '[]' else 'dict'}")
            place += "[]" if name == "[]" else f".{name}"
        found.add(f"{place} {kind}")
    return found


def test_the_layout_of_2026_has_three_shapes_side_by_side(found_2026: Skeleton) -> None:
    found, expected = found_2026, {}
    for name, text in LAYOUT_2026.items():
        expected[name] = literal(text)
        if text is PERSON:
            # A list, or of a single record the bare object: both occur in fifteen exports.
            expected[name] |= {f"[]{place}" for place in expected[name]} | {" list"}
            expected[name] = {place for place in expected[name] if place in found.get(name, ())}
            assert expected[name], name
    assert difference(expected, found) == ""
    people = [found[name] for name, text in LAYOUT_2026.items() if text is PERSON]
    for form in (literal(PERSON), {f"[]{place}" for place in literal(PERSON)}):
        assert any(form <= places for places in people)
    assert "value" not in str(found[f"{TIES}/following.json"])


def test_optional_keys_of_messages_occur(found_2026: Skeleton) -> None:
    places = "\n".join(found_2026[f"{ACTIVITY}/messages/<thread>/message_1.json"])
    for key in ("photos", "share", "reactions", "joinable_mode", "is_pending"):
        assert f".{key}" in places


def test_a_record_of_its_own_is_a_bare_object(tmp_path: Path) -> None:
    export = ties(blocked=["one.person"], close_friend=["first.one", "second.one"])
    folder = write(export, tmp_path / "out")
    blocked = json.loads((folder / TIES / "blocked_profiles.json").read_text())
    assert blocked["label_values"][-1] == {"label": "Username", "value": "one.person"}
    assert len(json.loads((folder / TIES / "close_friends.json").read_text())) == 2


def test_followers_are_written_in_parts_of_ten_thousand(tmp_path: Path) -> None:
    names = [f"fan.{number}" for number in range(10_001)]
    times = pd.date_range("2021-01-01", periods=len(names), freq="1h", tz="UTC")
    follows = pd.DataFrame({"source": names, "target": "me", "since": times})
    folder = write(Export(follows=follows, platform="instagram", owners=("me",)), tmp_path / "out")
    first, second = (
        json.loads((folder / TIES / f"followers_{part}.json").read_text()) for part in (1, 2)
    )
    assert (len(first), len(second)) == (10_000, 1)
    assert first[0]["string_list_data"][0]["value"] == "fan.10000"
    assert second[0]["string_list_data"][0]["value"] == "fan.0"


def test_empty_lists_are_there_and_missing_ones_are_not(tmp_path: Path) -> None:
    nothing = Export(platform="instagram", owners=("me",))
    folder = write(nothing, tmp_path / "empty")
    assert json.loads((folder / TIES / "followers_1.json").read_text()) == []
    following = json.loads((folder / TIES / "following.json").read_text())
    assert following == {"relationships_following": []}
    assert (folder / ACTIVITY / "likes" / "no-data.txt").is_file()
    coverage = pd.DataFrame({"owner": ["me"], "list": ["followers"], "status": ["missing"]})
    hidden = Export(platform="instagram", owners=("me",), coverage=coverage)
    assert not (write(hidden, tmp_path / "hidden") / TIES / "followers_1.json").exists()


def test_mentions_stand_in_the_text_of_their_comment(tmp_path: Path) -> None:
    """Two comments in one second, and of one the media's owner is named in the other."""
    at = pd.Timestamp("2025-03-01 12:00", tz="UTC")
    rows = [("comment", "ann"), ("comment", "bob"), ("mention", "ann"), ("mention", "cem")]
    interactions = pd.DataFrame(rows, columns=["kind", "target"]).assign(source="me", at=at)
    export = Export(interactions=interactions, platform="instagram", owners=("me",))
    file = write(export, tmp_path / "out") / ACTIVITY / "comments" / "post_comments_1.json"
    texts = {
        record["string_map_data"]["Media Owner"]["value"]: record["string_map_data"]["Comment"]
        for record in json.loads(file.read_text())
    }
    found = {owner: re.findall(r"@(\S+)", text["value"]) for owner, text in texts.items()}
    assert found == {"ann": ["cem"], "bob": ["ann"]}


def test_captions_have_the_length_the_table_says(tmp_path: Path) -> None:
    """Counted after undoing the escapes, whichever shape the post has."""
    forms = ["image", "video", "carousel", "reel", "story"]
    posts = pd.DataFrame({"format": forms, "text_length": [0, 1, 57, 300, 12]})
    posts = posts.assign(post=[f"p{n}" for n in range(5)], account="me", at=AT)
    folder = write(Export(posts=posts, platform="instagram", owners=("me",)), tmp_path / "out")
    media = folder / ACTIVITY / "media"
    single = json.loads((media / "posts_1.json").read_text())
    reel = json.loads((media / "reels.json").read_text())["ig_reels_media"]
    story = json.loads((media / "stories.json").read_text())["ig_stories"]
    captions = [entry.get("title", entry["media"][0]["title"]) for entry in [*single, *reel]]
    captions.append(story[0]["title"])
    lengths = [len(caption.encode("latin-1").decode()) for caption in captions]
    assert sorted(lengths) == [0, 1, 12, 57, 300]
    assert len(next(entry for entry in single if "title" in entry)["media"]) > 1


@pytest.mark.parametrize(
    ("labels", "username"),
    [("en", "Username"), ("tr", "Kullanıcı adı"), ("nl", "Gebruikersnaam")],
)
def test_labels_are_localised_and_escaped(labels: str, username: str, tmp_path: Path) -> None:
    folder = write(ties(blocked=["one.person"]), tmp_path / "out", labels=labels)
    text = (folder / TIES / "blocked_profiles.json").read_text(encoding="ascii")
    label = json.loads(text)["label_values"][-1]["label"]
    assert label.encode("latin-1").decode() == username


def test_json_is_in_the_style_of_the_platform() -> None:
    """UTF-8 bytes escaped one by one, empty lists over three lines, no last line break."""
    assert dumps({"a": "é🙂", "b": [], "c": "[]"}) == (
        '{\n  "a": "\\u00c3\\u00a9\\u00f0\\u009f\\u0099\\u0082",\n'
        '  "b": [\n    \n  ],\n  "c": "[]"\n}'
    )


def test_equal_exports_are_equal_bytes(views: list[Export], tmp_path: Path) -> None:
    first, second = (write(views[0], tmp_path / f"{n}.zip").read_bytes() for n in "ab")
    assert first == second
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {member.date_time for member in archive.infolist()} == {(2026, 5, 11, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())


def test_what_cannot_be_written_says_so(tmp_path: Path) -> None:
    export = ties(blocked=["one.person"])
    with pytest.raises(SchemaError, match="layout: accepts only"):
        write(export, tmp_path / "out", layout="2019")
    with pytest.raises(SchemaError, match="labels: accepts only"):
        write(export, tmp_path / "out", labels="xx")
    with pytest.raises(SchemaError, match="this has 2"):
        write(Export(platform="instagram", owners=("a", "b")), tmp_path / "out")
    write(export, tmp_path / "out")
    with pytest.raises(FileExistsError, match="not empty"):
        write(export, tmp_path / "out")


def ties(**relations: list[str]) -> Export:
    """Return an export of `me` with these relations."""
    rows = [(name, alter) for name, alters in relations.items() for alter in alters]
    table = pd.DataFrame(rows, columns=["relation", "target"]).assign(source="me", at=AT)
    return Export(relations=table, platform="instagram", owners=("me",), exported_at=AT)
