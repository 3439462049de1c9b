"""Is the audit trail whole? `manage.py verify_audit` asks here.

What the seals show: an altered event, a removed one (also the last of its chain), an added one, an
altered or removed head. What they cannot show by themselves is a database put back to an older copy:
that one was whole. For it a `fingerprint()` is kept outside the database, and `rolled_back()` checks
that the trail still begins with it. Who holds the audit key can forge all of this; the key therefore
belongs where the database's administrator is not.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from core import keys
from core.audit import CHAINS, event_message, head_message, open_secrets
from core.models import AuditChain, AuditEvent, AuditSecret

VERSION = "v1"


def problems() -> Iterator[str]:
    """Everything that is wrong with the trail, a sentence each; none when it is whole."""
    heads = {head.pk: head for head in AuditChain.objects.order_by("pk")}
    if heads:
        for number in sorted(set(range(1, CHAINS + 1)) - set(heads)):
            yield f"rantai {number}: kepala rantai hilang"
    lengths = dict.fromkeys(heads, 0)
    last_macs = dict.fromkeys(heads, "")
    for row in AuditEvent.objects.order_by("chain", "sequence").iterator(chunk_size=2_000):
        if row.chain not in heads:
            yield f"rantai {row.chain}: peristiwa {row.pk} tanpa kepala rantai"
            continue
        if row.sequence != lengths[row.chain] + 1:
            missing = f"{lengths[row.chain] + 1}–{row.sequence - 1}"
            yield f"rantai {row.chain}: peristiwa urutan {missing} hilang"
        elif row.mac != keys.audit_mac(event_message(row, last_macs[row.chain])):
            yield f"rantai {row.chain}: peristiwa {row.pk} (urutan {row.sequence}) telah diubah"
        lengths[row.chain], last_macs[row.chain] = row.sequence, row.mac
    for number, head in heads.items():
        if head.mac != keys.audit_mac(head_message(head)):
            yield f"rantai {number}: kepala rantai telah diubah"
        elif head.length != lengths[number] or head.last_mac != last_macs[number]:
            yield f"rantai {number}: {head.length} peristiwa tercatat, {lengths[number]} ditemukan"
    yield from _altered_secrets()


def _altered_secrets() -> Iterator[str]:
    """Secrets that say something else than their event sealed; an erased one is nothing wrong."""
    for seal, content in open_secrets(AuditSecret.objects.order_by("pk")):
        if content is None:
            yield f"isi jejak audit {seal[:8]}…: telah diubah"
    known = AuditEvent.objects.filter(secret_seal=OuterRef("pk"))
    for seal in AuditSecret.objects.filter(~Exists(known)).values_list("pk", flat=True):
        yield f"isi jejak audit {seal[:8]}…: tanpa peristiwa"


def fingerprint() -> str:
    """The trail's state in one sealed line: of each chain in use its length and its last seal."""
    used = AuditChain.objects.filter(length__gt=0).order_by("pk")
    states = [f"{head.pk}:{head.length}:{head.last_mac}" for head in used]
    line = " ".join([VERSION, str(sum(head.length for head in used)), *states])
    return f"{line} {keys.audit_mac(line.encode())}"


def rolled_back(kept: str) -> Iterator[str]:
    """What of an earlier fingerprint the trail no longer holds; raises ValueError when it is not one."""
    line, _, seal = kept.strip().rpartition(" ")
    if not line.startswith(f"{VERSION} ") or not hmac.compare_digest(seal, keys.audit_mac(line.encode())):
        raise ValueError("bukan sidik jejak audit ini, atau sudah diubah")
    for state in line.split(" ")[2:]:
        number, length, mac = state.split(":")
        found = AuditEvent.objects.filter(chain=int(number), sequence=int(length)).values_list(
            "mac", flat=True
        )
        if list(found) != [mac]:
            yield f"rantai {number}: peristiwa urutan {length} dari sidik lama tidak ada lagi"
