"""Interviews of one wave that come in as a list: the second importer of `settings.IMPORTERS`.

The columns are those of the wave's questionnaire (`columns`, `words`); a row is about one business (`businesses`), is
judged (`judging`), stored as every interview (`writing`) and taken back (`undo`). `template` is the file to be filled in.
What is generic is `core.importing`, whose docstring is the API.
"""
