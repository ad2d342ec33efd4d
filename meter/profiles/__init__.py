"""Analyzers that are known, one TOML file each; `meter.profile` reads them."""
