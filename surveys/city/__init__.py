"""An invented city: as many businesses as wanted, the same ones for the same seed.

`words` holds the names and places, `people` draws the rows of the register, `answers` draws an interview, both
pure; `load` writes them. Everything carries the source "generated", NIK of a region code that does not
exist (99…) and telephone numbers of an unassigned range, so that nobody takes a row for a real business.
"""
