"""Lists of businesses and owners that come in as files: the importers of `settings.IMPORTERS`.

`registry.resources` describes the columns, `registry.cells` how a cell is read, `registry.sidt` the ministry's
form. What is generic (staging, corrections, commit, undo) is `core.importing`, whose docstring is the API.
"""
