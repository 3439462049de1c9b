"""What an enumerator sees and does on a screen of 360 pixels."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from surveys.models import Response
from tests.browser.field.conftest import Morning
from tests.browser.field.handset import Handset

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_list_of_today(handset: Handset, morning: Morning) -> None:
    page = handset.page
    expect(page.get_by_text("0 dari 20 selesai")).to_be_visible()
    expect(handset.status_of("Usaha 01")).to_have_text("Belum")
    handset.looked_at()
    handset.interview("Usaha 01")
    expect(handset.status_of("Usaha 01")).to_have_text("Terkirim")
    expect(page.get_by_text("1 dari 20 selesai")).to_be_visible()
    response = Response.objects.get(wave=morning.wave)
    assert (response.marketing_channel, response.partnership, response.state) == ("both", "", "sent")
    assert response.enumerator == morning.enumerator
    handset.looked_at()
