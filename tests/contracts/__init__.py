"""What the contracts do and refuse, on the code that `interfaces/build.json` publishes."""
