"""Interviews handed out: `reading` finds them, `table` and `sav` make them rows, `codes` and `about` say what they mean.

`sav_file` writes the file of a statistics program. What leaves is counted and told by `surveys.actions.exports`.
"""
