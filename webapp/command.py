"""`solpact-web`: starts `webapp.__main__`, or says how to install the packages that it needs."""

import sys

OURS = ("ppa", "webapp")


def main() -> None:
    """The command."""
    try:
        from webapp.__main__ import main as serve
    except ModuleNotFoundError as missing:
        if str(missing.name).partition(".")[0] in OURS:
            raise
        sys.exit(f"{missing.name} is not installed: run `pip install 'solpact[web]'`.")
    serve()
