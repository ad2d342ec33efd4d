"""The configuration file.

given a file
    when it is whole: paths are seen from its folder
    when a section or setting is missing, unknown or makes no sense: refused, the setting named
its hash: says nothing of paths or servers, changes with all that bears on the measurement
"""

from dataclasses import replace
from pathlib import Path

import pytest

from meter.config import load_config
from meter.errors import BadConfig, UnknownProfile
from meter.profile import known_profiles
from tests.meter.world import config_in

GOOD = """
[meter]
data_dir = "data"
keystore = "meter.json"
time_zone = "Europe/Madrid"
max_power_w = 100000
cadence_s = 900
[generation]
profile = "circutor-cem-c31"
host = "127.0.0.1"
port = 5020
device_id = 1
[export]
profile = "carlo-gavazzi-em340"
host = "127.0.0.1"
port = 5020
device_id = 2
flip = false
[chain]
rpc = "http://127.0.0.1:8545"
chain_id = 31337
ledger = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
registry = "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"
agreement = ""
[platform]
url = "http://127.0.0.1:8000/"
[clock]
replay = "127.0.0.1:5021"
"""


def test_a_whole_file_is_read_and_its_paths_are_seen_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "meter.toml").write_text(GOOD)
    config = load_config(tmp_path / "meter.toml")
    assert (config.keystore, config.database) == (tmp_path / "meter.json", tmp_path / "data" / "meter.sqlite")
    assert (config.export.device_id, config.platform_url) == (2, "http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[meter]", "[metre]", "'metre' in the file is not a setting"),
        ("[export]", "[platform.export]", r"no section \[export\]"),
        ("cadence_s = 900", "", r"\[meter\] cadence_s is None"),
        ("cadence_s = 900", "cadence_s = true", r"\[meter\] cadence_s is True"),
        ("cadence_s = 900", "cadence_s = 0", "a whole number from 1 to 3600"),
        ("Europe/Madrid", "Europe/Madird", "not an IANA time zone"),
        ("port = 5020\ndevice_id = 2", "port = 70000\ndevice_id = 2", r"\[export\] port is 70000"),
        ("flip = false", 'flip = "no"', "write true or false"),
        ("0x5FbDB2315678afecb367f032d93F642f64180aa3", "0x5fbDB2315678afecb367f032d93F642f64180aa3", "checksum form"),
        ('agreement = ""', 'agreement = "0x12"', "it is the id"),
        ('replay = "127.0.0.1:5021"', 'replay = "noon"', 'write it as "127.0.0.1:5020"'),
        ("chain_id = 31337", "chain_id = ", "is not TOML"),
        ('url = "http', 'ulr = "http', r"'ulr' in \[platform\] is not a setting. Known are: url"),
        ("replay =", "reply =", r"'reply' in \[clock\] is not a setting"),
        ("max_power_w", "max_power_kw", "'max_power_kw' in \\[meter\\] is not a setting"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in GOOD
    (tmp_path / "meter.toml").write_text(GOOD.replace(old, new))
    with pytest.raises(BadConfig, match=sentence):
        load_config(tmp_path / "meter.toml")


def test_an_unknown_profile_is_refused(tmp_path: Path) -> None:
    (tmp_path / "meter.toml").write_text(GOOD.replace("circutor-cem-c31", "circutor-cem-c32"))
    with pytest.raises(UnknownProfile, match=f"Known are: {', '.join(known_profiles())}"):
        load_config(tmp_path / "meter.toml")


def test_one_analyzer_for_both_jobs_is_refused(tmp_path: Path) -> None:
    same = GOOD.replace("carlo-gavazzi-em340", "circutor-cem-c31").replace(
        "device_id = 2\nflip = false", "device_id = 1"
    )
    (tmp_path / "meter.toml").write_text(same)
    with pytest.raises(BadConfig, match="each needs its own"):
        load_config(tmp_path / "meter.toml")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="cannot be read: No such file"):
        load_config(tmp_path / "none.toml")


def test_the_hash_changes_with_the_measurement_and_not_with_places(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    assert config_in(tmp_path / "elsewhere", platform_url="http://x").digest() == config.digest()
    for change in ({"max_power_w": 1}, {"export": replace(config.export, flip=True)}, {"time_zone": "UTC"}):
        assert replace(config, **change).digest() != config.digest()
