"""What other services hand out, a row or two of each, and a part of what is to be said of it."""

from __future__ import annotations

import io
import zipfile

from kinograph.sessions.export import Upload
from tests.sessions.export_files import table

IMDB = table(
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,"
    "Release Date,Directors",
    "tt0017136,9,2024-01-02,Metropolis,Metropolis,https://www.imdb.com/title/tt0017136,Movie,8.3,153,1927,Drama,190000,"
    "1927-02-06,Fritz Lang",
)
IMDB_LIST = table(
    "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year",
    "1,tt0017136,2024-01-02,2024-01-02,,Metropolis,Metropolis,https://www.imdb.com/title/tt0017136,Movie,8.3,153,1927",
)
TRAKT = (
    b'[{"rated_at":"2024-01-02T10:00:00.000Z","rating":9,"type":"movie","movie":{"title":"Metropolis","year":1927,'
    b'"ids":{"trakt":12,"slug":"metropolis-1927","imdb":"tt0017136","tmdb":19}}}]'
)
TRAKT_CSV = table(
    "rated_at,type,title,year,trakt_rating,trakt_id,imdb_id,tmdb_id,tvdb_id,url,released,season_number,rating",
    "2024-01-02T10:00:00Z,movie,Metropolis,1927,8.1,12,tt0017136,19,,https://trakt.tv/movies/12,1927-02-06,,9",
)
GOODREADS = table(
    "Book Id,Title,Author,Author l-f,ISBN,ISBN13,My Rating,Average Rating,Publisher,Date Read,Bookshelves",
    '1,Walden,Henry David Thoreau,"Thoreau, Henry David",="",="",4,3.8,Penguin,2024/01/02,',
)
SIMKL = table(
    "SIMKL_ID,Title,Type,Year,Watchlist,LastEpWatched,WatchedDate,Rating,Memo,TVDB,TMDB,IMDB",
    "53,Metropolis,movie,1927,completed,,2024-01-02,9,,,19,tt0017136",
)
SIMKL_JSON = b'{"movies":[{"status":"completed","movie":{"title":"Metropolis","year":1927,"ids":{"simkl":53}}}]}'
TV_TIME = table(
    "user_id,tv_show_id,tv_show_name,episode_season_number,episode_number,created_at",
    "7,12,The Harbour,1,2,2024-01-02 10:00:00",
)
CRITICKER = table(
    "Score,Film Name,Year,Date Rated,Mini Review,URL,IMDB ID",
    '88,Metropolis,1927,"Jan 02, 2024",,https://www.criticker.com/film/Metropolis/,tt0017136',
)
CRITICKER_XML = (
    b'<?xml version="1.0"?><recentratings><film><filmid>1</filmid><filmname>Metropolis</filmname><rating>88</rating>'
    b"</film></recentratings>"
)
FOR_IMPORT = table(
    "tmdbID,imdbID,Title,Year,Directors,Rating,WatchedDate,Rewatch,Tags,Review",
    "19,tt0017136,Metropolis,1927,Fritz Lang,4.5,2024-01-02,false,,",
)


def packed(**files: bytes) -> bytes:
    """A ZIP of the files, whose names have __ for a dot and a dash for each underscore."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", ".").replace("_", "-")), content, archive.compression)
    return buffer.getvalue()


READS = ", but Kinograph only reads Letterboxd exports."
IMPORT_IT = "Import it at letterboxd.com/import"
BRING_THEM = "Bring your films to Letterboxd first"
ELSEWHERE = {
    "IMDb ratings": (Upload("ratings.csv", IMDB), f"comes from IMDb{READS} {IMPORT_IT}"),
    "IMDb list": (Upload("watchlist.csv", IMDB_LIST), "comes from IMDb"),
    "IMDb in a ZIP": (Upload("mine.zip", packed(ratings__csv=IMDB)), "comes from IMDb"),
    "Trakt": (Upload("ratings-movies.json", TRAKT), f"comes from Trakt{READS} {BRING_THEM}"),
    "Trakt by its text alone": (Upload("mine.json", TRAKT), "comes from Trakt"),
    "Trakt CSV": (Upload("mine.csv", TRAKT_CSV), "comes from Trakt"),
    "Trakt in a ZIP": (
        Upload("export.zip", packed(ratings_movies__json=TRAKT, watched_movies__json=b"[]")),
        "comes from Trakt",
    ),
    "Goodreads": (Upload("goodreads_library_export.csv", GOODREADS), "comes from Goodreads and lists books"),
    "Simkl": (Upload("SimklBackup.csv", SIMKL), f"comes from Simkl{READS} {BRING_THEM}"),
    "Simkl JSON": (Upload("backup.json", SIMKL_JSON), "comes from Simkl"),
    "TV Time": (Upload("seen.csv", TV_TIME), "comes from TV Time"),
    "TV Time by its name": (
        Upload("tracking-prod-records-v2.csv", table("key,created_at", "a,b")),
        "comes from TV Time",
    ),
    "TV Time in a ZIP": (
        Upload("gdpr.zip", packed(likes__csv=table("a,b", "1,2"), seen__csv=TV_TIME)),
        "comes from TV Time",
    ),
    "Criticker": (Upload("criticker.csv", CRITICKER), "comes from Criticker"),
    "Criticker XML": (Upload("mine.xml", CRITICKER_XML), "comes from Criticker"),
    "for importing": (
        Upload("letterboxd.csv", FOR_IMPORT),
        f"is a file for importing into Letterboxd, not an export from it. {IMPORT_IT}",
    ),
}
