"""What all tests share: where the compiler and files are, and how hypothesis runs (the same examples for one code)."""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

# Everything that tests talk to is on 127.0.0.1. Said here, no thread goes through the environment to look for a proxy
# while pytest writes the running test's name into it.
os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"
ROOT = Path(__file__).resolve().parent.parent
MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30


def takes_files(folder: Path) -> bool:
    """Whether a folder may be written, has room, and lets programs start."""
    has_room = os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM
    return has_room and not os.statvfs(folder).f_flag & os.ST_NOEXEC


# A commit waits some milliseconds for a disk, and none for memory, whose files outlive every process that a test kills.
if "TMPDIR" not in os.environ and takes_files(MEMORY):
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
os.environ.setdefault("SOLCX_BINARY_PATH", str(ROOT / "bin"))
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# Not `explain`: it traces every line of Python. No database: a run depends on the code alone, not on runs before it.
settings.register_profile(
    "solpact",
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
settings.register_profile("solpact-mutants", settings.get_profile("solpact"), phases=[Phase.explicit, Phase.generate])
settings.load_profile("solpact")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call() -> None:
    """Libraries that Ape imports raise their process's limit of recursion; what is tested runs under Python's own."""
    sys.setrecursionlimit(1_000)


def seed_of_this_code() -> int:
    """A number that changes with the published code: state machines walk other paths on every version of it.

    SOLPACT_SEED, if set, is taken instead: `SOLPACT_SEED=$RANDOM` to look further.
    """
    given = os.environ.get("SOLPACT_SEED")
    build = (ROOT / "interfaces" / "build.json").read_bytes()
    return int(given) if given else int.from_bytes(hashlib.sha256(build).digest()[:4], "big")
