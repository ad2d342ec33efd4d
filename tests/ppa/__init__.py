"""Tests of ppa; `world` is a plant's story on a real chain."""
