"""What a chat shows of a page that may be shown around: the sample's, or a share's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import Request

from kinograph.i18n import listing
from kinograph.layout import templates
from kinograph.layout.previews import Preview, make_picture_url, make_url
from kinograph.stats.address import Filters
from kinograph.stats.headline import compute_headline
from kinograph.stats.page_context import PageContext
from kinograph.stats.period_picker import make_picker
from kinograph.stats.session_page import SessionPage

CREDITS = 4  # figures in the sentence


def describe_page(request: Request, session: SessionPage, view: PageContext) -> dict[str, Any]:
    """What every page wants to know of its visitor, the preview of one that others may be sent, and which films a share
    is about, as far as it may be told; asked in the thread that draws."""
    visitor: dict[str, Any] = templates.describe_visitor(request)
    if session.is_sample or session.scope:
        visitor["preview"] = _preview(request, view)
    visitor["period"] = make_picker(view, request.query_params.multi_items())
    if session.scope:
        visitor["shared_which"] = session.scope.told.which(view.all)
    return visitor


def _preview(request: Request, view: PageContext) -> Preview:
    """Of the page as it is without what its query picks: whoever writes an address shall put no words into it."""
    headline = compute_headline(replace(view, filters=Filters(fixed=view.filters.fixed)))
    credits = [f"{credit.number} {credit.label}" for credit in headline.credits[:CREDITS]]
    return Preview(
        title=headline.sentence,
        description=listing(credits) or headline.sentence,
        url=make_url(request, view.path),
        # The page of all lists has none of its own.
        picture=make_picture_url(request, "/sample" if view.path.endswith("/lists") else view.path),
    )
