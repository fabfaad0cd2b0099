"""Malformed files are refused whole or balance; no reader crashes on any bytes.

Faults 35 to 47, 54 and 55: each file of the corpus, and files changed at random.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jike.deliveries.load import RefusedDeliveryError
from jike.ground.home import Home
from tests.deliveries import corpus
from tests.fixtures.deliveries import csv_of, deliver, good, load, loaded


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def delivered(folder, kind: str, content: bytes):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"customers.{kind}").write_bytes(content)
    return folder


def became(home, folder):
    """What became of a file: its report, or the reason why it was refused."""
    try:
        (report,) = loaded(home, folder).values()
    except RefusedDeliveryError as error:
        (report,) = error.reports
        assert report.refused and "\n" not in str(error)
        assert (report.read, report.accepted, report.quarantined) == (0, 0, 0)
        assert not list(home.landing.rglob("*.parquet"))
        assert not list(home.quarantine.rglob("*.parquet"))
    return report


def test_there_are_more_than_sixty_files():
    assert len(corpus.CORPUS) >= 60


@pytest.mark.parametrize("name", corpus.CORPUS)
def test_fault_35_to_47_a_malformed_file_becomes_what_it_has_to(tmp_path, home, name):
    kind, one = corpus.CORPUS[name]
    folder = delivered(tmp_path / "2025-09-30", kind, one.content)
    report = became(home, folder)
    if one.by_rule or one.accepted or not (report.refused or report.read):
        assert report.refused is None
        assert (report.accepted, report.by_rule) == (one.accepted, one.by_rule)
    else:
        assert report.refused
        assert one.refused in report.refused


@pytest.mark.slow
def test_fault_54_every_file_at_once_is_refused_with_a_reason_each(tmp_path, home):
    """Those that would be taken alone do not get in beside those that are not."""
    folder = tmp_path / "2025-09-30" / "customers"
    folder.mkdir(parents=True)
    for number, (kind, one) in enumerate(corpus.CORPUS.values()):
        (folder / f"{number:03d}.{kind}").write_bytes(one.content)
    with pytest.raises(RefusedDeliveryError) as told:
        load(home, folder.parent)
    reports = {report.file: report for report in told.value.reports}
    assert len(reports) == len(corpus.CORPUS)
    refused = [bool(report.refused) for report in reports.values()]
    wanted = [not (one.accepted or one.by_rule) for _, one in corpus.CORPUS.values()]
    empty = [name.endswith(("only", "line end", "no rows")) for name in corpus.CORPUS]
    for name, was, should, may in zip(
        corpus.CORPUS, refused, wanted, empty, strict=True
    ):
        assert was == should or may, name
    assert not list(home.landing.rglob("*"))


# ---- files changed at random ----

TOKENS = [
    *(b"\n", b"\r", b"\r\n", b",", b'"', b'""', b"\0", b"\xef\xbb\xbf", b"\xe4", b"\\"),
    *(b"'", b"\xff\xfe", "云".encode("gbk"), "云".encode(), b"  ", b"\x1a", b";"),
]
CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True), st.integers(0, 6), st.sampled_from(TOKENS)
    ),
    min_size=1,
    max_size=6,
)


def mutated(content: bytes, changes) -> bytes:
    for place, length, token in changes:
        at = int(place * (len(content) + 1))
        content = content[:at] + token + content[at + length :]
    return content


@given(changes=CHANGES)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_fault_54_a_csv_file_changed_anywhere_balances_or_is_refused(
    tmp_path_factory, changes
):
    folder = tmp_path_factory.mktemp("fuzz")
    sound = corpus.text(*(corpus.row(f"K{i}", i, '"名, ""x"""') for i in range(4)))
    content = mutated(sound, changes)
    became(Home(folder / "home"), delivered(folder / "2025-09-30", "csv", content))


@given(
    flips=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=4
    ),
    keeps=st.floats(0.2, 1),
)
@settings(max_examples=60, deadline=None, derandomize=True)
@pytest.mark.parametrize("kind", ["parquet", "xlsx"])
def test_fault_55_a_binary_file_damaged_anywhere_balances_or_is_refused(
    tmp_path_factory, kind, flips, keeps
):
    whole = corpus.SOUND_PARQUET if kind == "parquet" else corpus.SOUND_WORKBOOK
    content = bytearray(whole[: int(len(whole) * keeps) if keeps < 0.9 else None])
    for place, bits in flips:
        content[int(place * len(content))] ^= bits
    folder = tmp_path_factory.mktemp("fuzz")
    found = became(
        Home(folder / "home"), delivered(folder / "2025-09-30", kind, bytes(content))
    )
    assert found.refused or found.read <= 1


def test_faults_36_and_37_a_file_written_otherwise_gives_the_same_rows(tmp_path, home):
    """The sound row of the fixture is what the corpus changes."""
    folder = deliver(tmp_path / "2025-09-30", customers=csv_of([good("customers")]))
    assert became(home, folder).accepted == 1
