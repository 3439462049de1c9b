from surveys.actions.study import Loaded, ReferenceMissing, load_study

__all__ = ["Loaded", "ReferenceMissing", "load_study"]
