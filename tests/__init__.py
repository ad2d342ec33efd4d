"""Tests, in folders that mirror what they test; `evm` is the fast chain that the contracts' tests run on."""
