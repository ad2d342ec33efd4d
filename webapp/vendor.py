"""Copies the browser's libraries from node_modules to `static/vendor/`.

Run by `make` after `npm ci`: `python -m webapp.vendor`. What is copied is git-ignored: the lock file pins it.
"""

import shutil
import sys
from pathlib import Path

from webapp.errors import MissingPackage

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent
_SCHEMA_MODULES = ("validator", "validate", "dereference", "deep-compare-strict", "format", "pointer", "ucs2-length")
FILES = {
    "ethers.min.js": "ethers/dist/ethers.min.js",
    "chart.umd.min.js": "chart.js/dist/chart.umd.min.js",
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    **{f"json-schema/{name}.js": f"@cfworker/json-schema/dist/esm/{name}.js" for name in _SCHEMA_MODULES},
}


def copy(modules: Path = _ROOT / "node_modules", target: Path = _HERE / "static" / "vendor") -> list[Path]:
    """Copies what is new; gives the files of `target`. Raises MissingPackage."""
    return [_fresh(modules / source, target / name) for name, source in FILES.items()]


def _fresh(source: Path, copied: Path) -> Path:
    if not source.is_file():
        if copied.is_file():  # a wheel brings them along
            return copied
        raise MissingPackage(source.name)
    copied.parent.mkdir(parents=True, exist_ok=True)
    if not copied.is_file() or copied.read_bytes() != source.read_bytes():
        shutil.copyfile(source, copied)
    return copied


if __name__ == "__main__":
    try:
        copy()
    except MissingPackage as problem:
        sys.exit(str(problem))
