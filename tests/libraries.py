"""Exports of every kind of person there is: with wishes alone, with three films, without ratings, diary or days, and
with names that are longer than any page, or written from right to left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from kinograph.sessions.export import Upload
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, table, zipped

FIRST_DAY = date(2021, 1, 4)
LOST = "Nobody Has This Reel"
"""How titles begin that no TMDB should know."""

LONG = "Of the Many and Various Ways in Which a Projectionist May Lose the Third Reel " * 3
UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
TITLES = (
    LONG.strip(),
    UNBROKEN,
    "رسالة إلى حارس السينما القديمة في آخر الشارع",
    "המקרין האחרון של קולנוע הים",
    "映写技師の最後の夜と、海辺の小さな町のとても長い題名の映画",
    "기차가 지나간 뒤에 남은 것들에 대하여",
    "รถไฟเที่ยวสุดท้ายไปยังโรงภาพยนตร์ริมแม่น้ำ",
    '<b>Bold</b> & "quoted" {{ title }}',
    "🎬🎞️",
    "…",
    "1",
)


def _films(count: int, title: str = "Harbour Story") -> list[str]:
    """As "Title,Year,Link", over a century."""
    return [f"{title} {n},{1920 + n * 37 % 105},https://boxd.it/{n + 4096:x}0" for n in range(count)]


def _quoted(titles: Iterable[str]) -> list[str]:
    doubled = (title.replace('"', '""') for title in titles)
    return [f'"{title}",{1950 + 7 * n},https://boxd.it/{n + 9000:x}0' for n, title in enumerate(doubled)]


def _day(n: int) -> date:
    return FIRST_DAY + timedelta(days=n * 11 % 1500)


def _watched(films: Iterable[str]) -> bytes:
    return table(FILM, *(f"{_day(n)},{film}" for n, film in enumerate(films)))


def _ratings(films: Iterable[str]) -> bytes:
    return table(RATING, *(f"{_day(n)},{film},{n % 10 / 2 + 0.5:g}" for n, film in enumerate(films)))


def _diary(films: Iterable[str], *, stars: bool = True, tags: str = "") -> bytes:
    return table(
        DIARY,
        *(
            f"{_day(n)},{film},{n % 10 / 2 + 0.5 if stars else ''},{'Yes' if n % 9 == 8 else ''},{tags},{_day(n)}"
            for n, film in enumerate(films)
        ),
    )


def many(count: int, title: str) -> Upload:
    """As many films of one name, each rated and seen on a day."""
    films = _films(count, title)
    return zipped(watched=_watched(films), ratings=_ratings(films), diary=_diary(films))


def wished() -> Upload:
    """Nothing watched, only wishes."""
    return zipped(watched=table(FILM), watchlist=_watched(_films(5)))


def one() -> Upload:
    return zipped(watched=_watched(_films(1)))


def tiny() -> Upload:
    films = _films(3)
    return zipped(watched=_watched(films), ratings=_ratings(films), diary=_diary(films[:2]))


def unrated() -> Upload:
    films = _films(60)
    return zipped(watched=_watched(films), diary=_diary(films, stars=False))


def without_diary() -> Upload:
    films = _films(60)
    return zipped(watched=_watched(films), ratings=_ratings(films), likes__films=_watched(films[::5]))


def undated() -> Upload:
    """All ticked and all logged on one day, which is when nobody watched them."""
    films = _films(60)
    return zipped(
        watched=table(FILM, *(f"2024-05-01,{film}" for film in films)),
        ratings=_ratings(films),
        diary=table(DIARY, *(f"2024-05-01,{film},,,,2024-05-01" for film in films)),
    )


def yearless() -> Upload:
    films = [f"Untold {n},,https://boxd.it/{n + 7000:x}0" for n in range(12)]
    return zipped(watched=_watched(films), ratings=_ratings(films), diary=_diary(films))


def lost() -> Upload:
    films = _films(25, LOST)
    return zipped(watched=_watched(films), ratings=_ratings(films), diary=_diary(films))


def named() -> Upload:
    """Long names, names from right to left, ideographs, and what a program might take for its own."""
    films = _quoted(TITLES)
    return zipped(
        watched=_watched(films),
        ratings=table(RATING, *(f"{_day(n)},{film},5" for n, film in enumerate(films))),
        diary=_diary([film for film in films for _ in range(3)], tags=UNBROKEN),
        likes__films=_watched(films),
    )


def labelled() -> Upload:
    """Hundreds of tags and of lists."""
    films = _films(40)
    lists = {
        f"lists__list-{n}": table(
            "Letterboxd list export v7",
            LIST,
            f'2024-01-01,"{LONG[: 20 + n % 90]}",tag {n},https://boxd.it/{n + 20000:x}2,',
            "",
            PLACES,
            *(f"{place},{film}," for place, film in enumerate(films[: 1 + n % 20], start=1)),
        )
        for n in range(300)
    }
    tags = table(
        DIARY,
        *(
            f'{_day(n)},{film},4,,"{", ".join(f"tag {n * 10 + i}" for i in range(10))}",{_day(n)}'
            for n, film in enumerate(films)
        ),
    )
    return zipped(watched=_watched(films), diary=tags, **lists)


LIBRARIES: dict[str, Callable[[], Upload]] = {
    make.__name__: make
    for make in (
        wished, one, tiny, unrated, without_diary, undated, yearless, lost, named, labelled
    )
}  # fmt: skip
