from surveys.forms.filters import RowFilterForm
from surveys.forms.interview import InterviewForm

__all__ = ["InterviewForm", "RowFilterForm"]
