"""Measurements as ratios: ours against the plainest fast way, side by side in one run (`make bench`)."""
