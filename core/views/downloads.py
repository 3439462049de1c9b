"""Which files were taken, by whom: one's own for everybody, all of them for readers of the audit trail."""

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.audit_lines import describe
from core.gates import SignedInRequest, signed_in
from core.models import AuditEvent, User, Verb
from core.permissions import Permission
from core.views.audit import PAGE_SIZE, older_than


@signed_in("what somebody took themselves they may see; others' only with view_audit")
@require_safe
def download_list(request: SignedInRequest) -> HttpResponse:
    """The newest first; a page goes on after the last event of the one before."""
    user, after = request.user, request.GET.get("after", "")
    rows = list(older_than(_downloads(user), after)[: PAGE_SIZE + 1])
    context = {
        "lines": describe(rows[:PAGE_SIZE], reader=user),
        "next_after": rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None,
        "is_first": not after,
        "reads_all": user.can(Permission.VIEW_AUDIT),
    }
    return render(request, "core/download_list.html", context)


def _downloads(user: User) -> QuerySet[AuditEvent]:
    own = Q(actor_id=user.pk)
    events = AuditEvent.objects.filter(verb=Verb.EXPORTED)
    if not user.can(Permission.VIEW_AUDIT):
        return events.filter(own)
    districts = user.district_ids()
    return events if districts is None else events.filter(own | Q(district_id__in=districts))
