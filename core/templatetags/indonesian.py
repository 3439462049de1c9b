"""Template filters: numbers, money and dates as they are written in Indonesia."""

from django import template

from core import formats

register = template.Library()
register.filter("bulat", formats.format_integer)
register.filter("rupiah", formats.format_rupiah)
register.filter("tanggal", formats.format_date)
register.filter("waktu", formats.format_datetime)
register.filter("persen", formats.format_percent)
