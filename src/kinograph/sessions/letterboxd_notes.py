"""What lies beside the files for Letterboxd, for whoever unpacks them."""

from __future__ import annotations

from kinograph.i18n import gettext


def write_notes() -> bytes:
    """In the language of whoever asks, as a text that every editor shows."""
    steps = (
        gettext("1. Unpack the ZIP."),
        gettext(
            "2. Open letterboxd.com/import and choose diary-1.csv. Letterboxd shows what it found before it saves"
            " anything. Do the same with each further diary and watched file."
        ),
        gettext("3. Import watchlist.csv on the page of your watchlist."),
        gettext(
            "4. For each file in the folder “lists”, start a new list and import the file there. lists.csv holds the"
            " names, tags and descriptions."
        ),
    )
    told = (
        gettext("Your films, for Letterboxd"),
        "\r\n".join(steps),
        gettext(
            "Letterboxd has one entry per film and day: where it already has one, the import updates it. Likes cannot"
            " be imported. Films without a diary entry are only marked as watched and rated. An import cannot be"
            " undone."
        ),
        gettext(
            "If there is a not-watched.csv, it names films that you logged, rated or reviewed without marking them as"
            " watched. An import marks them; you can take that back at Letterboxd. Kinograph reads the file, Letterboxd"
            " does not."
        ),
        gettext(
            "Titles stay as they are, with nothing that guards them against spreadsheets. Do not save these files in"
            " one."
        ),
    )
    return "\r\n\r\n".join((*told, "")).encode("utf-8-sig")
