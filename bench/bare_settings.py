"""The settings, with the addresses of `bench.bare`."""

from config.settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "bench.bare"
