"""Lists that come in as files: read, staged, judged, corrected, committed, taken back.

A file becomes rows of text in a child process with limits (`reading`, `reader` and what they use know no
Django). Then nothing touches the register before the good rows are committed:

    batch = storage.create_batch(kind, about=, file_name=, content=upload.chunks(), source=, policy=, by=, at=)
    storage.same_file(batch)                     # an earlier batch of exactly this file, or None: ask
    meta, found = storage.read_headers(batch, sheet=, encoding=, delimiter=, header_row=)
                                                 # reading.Meta for the preview, headers.Recognised;
                                                 # batch.mapping is filled; found.unmapped(batch.headers)
    importers.importer_of(batch).columns()       # ColumnInfo(name, header, aliases): what may be chosen
    importers.importer_of(batch).missing({…})    # what a mapping lacks, or ""
    job = batches.start_staging(batch, mapping={0: "name", …}, policy=, options=[…], by=, at=)
    …  batch.state goes staging → staged; batch.job is the running Job (done, total, percent)
    batch.counts                                 # {"new": n, "changed": n, …, "warning": n, "total": n}
    batch.rows.in_order() / .bad() / .to_commit(); row.cells, row.corrected, row.found, row.verdict
    batches.problems_of(row)                     # Problem(level "error"|"warning", column, value, reason)
    importer_of(batch).in_words(row.found.get("differences", {}))   # [(label, old, new), …] to be shown
    row.found["candidates"]                      # see importers.Candidate, in the order of its fields
    batches.correct_cells(row, {column: text}, by=, at=); batches.decide(row, "new"|"update"|"skip"|"", target=pk, …)
    batches.set_policy(batch, policy, by=, at=)
    error_file.write(batch, out, "xlsx"|"csv")   # bad rows in their columns and *Masalah*; comes in as it is
    job = batches.start_commit(batch, by=, at=)  # counts then hold outcome_created, outcome_changed,
                                                 # outcome_proposed, outcome_failed
    batches.cancel(batch, by=, at=)
    batches.start_undo(batch, by=, at=)          # a Job, or the list of importers.Conflict that forbids it

`batches.WrongBatchState` (409), `batches.WrongColumns` and `files.UnreadableFile` (at the form) have messages
for people as their str(). Batches are seen by `ImportBatch.objects.for_user(user)`; who may import is
`kind_of(name).permission`. An importer is a class named in `settings.IMPORTERS`, made for what a batch is about;
see `importers.Importer`.
"""
