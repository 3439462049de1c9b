"""The arithmetic of a sample: how many, how shared out, and which. Pure: imports no Django."""
