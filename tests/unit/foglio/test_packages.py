"""Prepared fogli in files: what cannot be read hinders no other, what is too much is not taken."""

import io
import zipfile
from collections.abc import Iterator

import pytest

from gateway.foglio.packages import MAX_BYTES, MAX_FILES, Room, prepared
from gateway.texts import Language
from gateway.texts.offices import sentence
from gateway.usecases.careers import PreparedFile

GOOD = b"<FoglioCongedo/>"
COMPRESSED = (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def zipped(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def read(*contents: bytes, room: Room | None = None) -> list[PreparedFile]:
    shared = room or Room()
    return [
        item
        for number, content in enumerate(contents)
        for item in prepared(str(number), io.BytesIO(content), shared)
    ]


def whys(files: list[PreparedFile]) -> list[str]:
    return [file.reasons[0].params["why"] if file.reasons else "" for file in files]


def spoilt(content: bytes, mark: bytes) -> bytes:
    """Return an archive of which an entry's data are broken: zeros stand behind its local name."""
    at = content.index(mark) + len(mark)
    return content[: at + 4] + bytes(8) + content[at + 12 :]


@pytest.mark.parametrize("how", COMPRESSED)
def test_a_broken_entry_hinders_no_other(how: int) -> None:
    archive = spoilt(zipped({"rotto": bytes(range(200)), "sano": GOOD}, how), b"rotto")
    broken, sound = read(archive)
    assert whys([broken, sound]) == ["zip_unreadable", ""]
    assert (sound.name, sound.content) == ("sano", GOOD)


def test_lzma_that_asks_for_four_gigabytes_hinders_no_other() -> None:
    archive = zipped({"rotto": GOOD * 9, "sano": GOOD}, zipfile.ZIP_LZMA)
    at = archive.index(b"rotto") + len(b"rotto") + 4  # version and length of the properties
    archive = archive[: at + 1] + b"\xff" * 4 + archive[at + 5 :]
    assert [file.name for file in read(archive)] == ["rotto", "sano"]


def test_a_name_that_is_no_utf_8_hinders_no_other_file() -> None:
    archive = zipped({"àè.xml": GOOD}).replace("àè".encode(), b"\xff\xfe\xff\xfe")
    named, sound = read(archive, GOOD)
    assert whys([named, sound]) == ["zip_unreadable", ""]


def test_a_name_that_is_none_where_the_entry_stands_hinders_no_other() -> None:
    archive = zipped({"àè.xml": GOOD, "sano": GOOD}).replace("àè".encode(), b"\xff\xfe\xff\xfe", 1)
    assert whys(read(archive)) == ["zip_unreadable", ""]


@pytest.mark.parametrize("how", COMPRESSED)
def test_no_archive_that_is_bent_anywhere_is_more_than_can_be_read(how: int) -> None:
    archive = zipped({"uno": GOOD * 3, "due": GOOD}, how)
    for place in range(4, len(archive)):
        for value in (0, 0x80, 0xFF, archive[place] ^ 1):
            bent = archive[:place] + bytes([value]) + archive[place + 1 :]
            assert read(bent, GOOD)[-1].content == GOOD


def test_files_of_a_form_share_what_may_be_brought() -> None:
    half = {f"{number}.xml": GOOD for number in range(MAX_FILES // 2)}
    told = read(zipped(half), zipped(half), GOOD, zipped({"a": GOOD}))
    assert len(told) == MAX_FILES + 2
    assert whys(told)[MAX_FILES - 1 :] == ["", "import_too_large", "import_too_large"]
    (reason,) = told[-1].reasons
    assert reason.path == "ZIP"
    assert sentence(reason, Language.ITALIAN).endswith(
        "al massimo 2000 file e 200 MB, aperti gli archivi ZIP"
    )
    assert sentence(reason, Language.ENGLISH).endswith(
        "at most 2000 files and 200 MB, ZIP archives opened"
    )


def test_what_archives_unpack_to_is_counted_over_all_of_them() -> None:
    large = zipped({f"{number}.xml": b" " * MAX_BYTES for number in range(60)})
    told = read(large, large, GOOD)
    assert whys(told) == [""] * 60 + ["import_too_large", ""]


def test_what_finds_no_room_leaves_it_to_others() -> None:
    assert whys(read(zipped({"a": GOOD, "b": GOOD}), GOOD, room=Room(files=1))) == [
        "import_too_large",
        "",
    ]


def test_files_are_read_only_when_they_are_asked_for() -> None:
    first: Iterator[PreparedFile] = prepared(
        "a", io.BytesIO(zipped({"a": GOOD, "b": GOOD})), Room()
    )
    assert next(first).name == "a"


def test_a_file_is_read_from_its_beginning_however_often() -> None:
    source = io.BytesIO(GOOD)
    assert [next(prepared("a", source, Room())).content for _ in range(2)] == [GOOD, GOOD]
