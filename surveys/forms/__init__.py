from surveys.forms.filters import RowFilterForm
from surveys.forms.interview import InterviewForm
from surveys.forms.results import ResultsForm

__all__ = ["InterviewForm", "ResultsForm", "RowFilterForm"]
