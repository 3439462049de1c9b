"""From a file of anybody's to rows of text: what kind it is, what it may not hold, what its cells say.

`core.importing.reading` is the way in. Nothing here knows Django.
"""
