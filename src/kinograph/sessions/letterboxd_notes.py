"""What lies beside the files for Letterboxd, for whoever unpacks them."""

from __future__ import annotations

from kinograph.i18n import gettext


def write_notes() -> bytes:
    """In the language of whoever asks, as a text that every editor shows."""
    told = (
        gettext("Your films, for Letterboxd"),
        gettext(
            "1. Unpack the ZIP.\n"
            "2. Open letterboxd.com/import and choose diary-1.csv. Letterboxd shows what it found before it saves"
            " anything. Do the same with each further diary and watched file.\n"
            "3. Import watchlist.csv on the page of your watchlist.\n"
            "4. For each file in the folder “lists”, start a new list and import the file there. lists.csv holds the"
            " names, tags and descriptions."
        ),
        gettext(
            "Letterboxd has one entry per film and day: where it already has one, the import updates it. Likes cannot"
            " be imported. Films without a diary entry are only marked as watched and rated. An import cannot be"
            " undone."
        ),
        gettext(
            "Nothing in these files is guarded against spreadsheets, because titles have to stay as they are. Do not"
            " open them in a spreadsheet and save them."
        ),
    )
    return "\r\n\r\n".join(part.replace("\n", "\r\n") for part in (*told, "")).encode("utf-8-sig")
