"""What the commands of `scripts/` and `make` use: nothing of it is installed with the meter or the web application."""
