"""What pyproject.toml cannot say: packages are found, and `interfaces/` is one of them, `ppa.interfaces`."""

from setuptools import find_packages, setup

OURS = [pattern for name in ("meter", "ppa", "webapp") for pattern in (name, f"{name}.*")]

setup(packages=[*find_packages(include=OURS), "ppa.interfaces"], package_dir={"ppa.interfaces": "interfaces"})
