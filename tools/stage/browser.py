"""The browser of the tests and of the README's pictures: the system's, so that none is downloaded."""

import shutil

import click

# The first has no windows, whose start and end take longer than what a page does.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The program. Raises ClickException if there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise click.ClickException("Chromium is missing: install it (Debian: apt-get install chromium-headless-shell).")
