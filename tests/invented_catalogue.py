"""The invented films that the fake TMDB has from the start, and those it makes up as it is asked for them."""

from __future__ import annotations

import random

from tests.invented_films import InventedFilm, film, number, series

GENRES = ("Drama", "Comedy", "Thriller", "Documentary", "Animation", "Horror", "Romance", "Science Fiction", "Western")
COUNTRIES = {"FR": "fr", "JP": "ja", "BR": "pt", "SE": "sv", "US": "en", "GB": "en", "IN": "hi", "SN": "fr"}
KEYWORDS = ("harbour", "winter", "sisters", "train", "memory", "village", "night shift", "letters")
SURNAMES = ("Aldane", "Brisk", "Corvane", "Dunmere", "Esker", "Fallow", "Grebe", "Hollin", "Ives", "Jarrow")
FIRST_NAMES = ("Ada", "Bento", "Clio", "Dario", "Edda", "Femi", "Greta", "Hugo", "Ines", "Jun")


def invented(title: str, year: int | None) -> InventedFilm:
    """A film of any title, drawn from small pools by title and year alone."""
    dice = random.Random(f"{title} {year}")
    country = dice.choice(list(COUNTRIES))

    def names(n: int) -> list[str]:
        return [f"{dice.choice(FIRST_NAMES)} {dice.choice(SURNAMES)}" for _ in range(n)]

    return film(
        title,
        year,
        id=10_000_000 + number(f"{title} {year}"),
        directors=names(1),
        writers=names(2),
        composers=names(1),
        photography=names(1),
        editors=names(1),
        producers=names(2),
        cast=[(name, f"Part {n}") for n, name in enumerate(names(6), 1)],
        genres=dice.sample(GENRES, 2),
        countries=[country],
        language=COUNTRIES[country],
        keywords=dice.sample(KEYWORDS, 3),
        companies=[("Ninepin Pictures", country)],
        minutes=dice.randint(70, 170),
        votes=dice.randint(20, 20_000),
        score=round(dice.uniform(4.5, 8.7), 1),
        popularity=round(dice.uniform(1, 30), 3),
        budget=dice.randint(1, 90) * 1_000_000,
        revenue=dice.randint(1, 300) * 1_000_000,
    )


NOBODY_HAS = "The Unfilmed Lighthouse"  # no title, and never invented
CATALOGUE = (
    film(
        "The Long Quay",
        1994,
        directors=["Maren Oskarsdal"],
        writers=["Maren Oskarsdal", "Teo Brandl"],
        composers=["Ilka Strom"],
        photography=["Paavo Linne"],
        editors=["Rosa Quint"],
        producers=["Hal Everdene"],
        cast=[("Nadia Ferrow", "Elsa"), ("Tom Alderley", "The Pilot"), ("Ines Okoro", "Harbour Master")],
        genres=["Drama", "Romance"],
        countries=["SE", "FR"],
        language="sv",
        keywords=["harbour", "winter"],
        companies=[("Saltholm Film", "SE"), ("Atelier du Port", "FR")],
        minutes=118,
        votes=1840,
        score=7.6,
        popularity=9.5,
        budget=3_200_000,
        revenue=11_500_000,
        original_title="Den långa kajen",
    ),
    film("The Long Quay", 1994, directors=["Pip Larch"], minutes=9, votes=2, popularity=0.1),
    film("Salt and Ember", 2017, directors=["Yuki Tamaoka"], countries=["JP"], language="ja", votes=900),
    film("Paper Lanterns", 2021, seen_in=[2020], directors=["Ama Boateng"], countries=["GB"], language="en", votes=640),
    film("Low Country", 2009, directors=["Jori Veen"], countries=["NL"], language="nl", votes=410),
    film("Café Lumen", 2003, directors=["Chloé Vautrin"], votes=320),
    film("Nachtzug & Nebel", 1972, directors=["Gerd Altmark"], countries=["DE"], language="de", votes=150),
    film("Tide – Part Two", 2015, directors=["Ama Boateng"], countries=["GB"], language="en", votes=700),
    film("Kestrel", 2012, directors=["Ruth Adeyemi"], votes=5200, popularity=14.0),
    film("Kestrel", 1969, directors=["Piers Nolan"], countries=["GB"], language="en", votes=60),
    film("Hollow Year", 2018, directors=["Nobody Much"], minutes=12, votes=0, popularity=0.05),
    film("Hollow Year", 2019, directors=["Sena Akoto"], votes=2600, popularity=11.0),
    film("Untitled Kestrel Project", None, votes=0, popularity=2.0, minutes=0),
    film("The Glass Orchard", 1988, directors=["Livia Sant"], alternative_titles=["Orchard of Glass"], votes=480),
    film("Marching Ants", 2001, directors=["Olu Brandt"], genres=["Comedy"], countries=["NG"], language="en"),
    film("A Silent Reel", 1921, directors=["Otto Finke"], countries=["DE"], language="xx", minutes=62, votes=33),
    film("Thirteen Doors", 2016, directors=["Cal Wexler"], genres=["Horror"], countries=["US"], language="en"),
    film(
        "雪の窓", 1999, directors=["Yuki Tamaoka"], countries=["JP"], language="ja", alternative_titles=["Snow Window"]
    ),
    series(
        "Dead Reckoners",
        2019,
        created_by=["Femi Arkwright"],
        crew=[("Greta Moll", "Director", 2), ("Sol Ibarra", "Director", 4), ("Jun Calder", "Writer", 6)],
        cast=[("Nadia Ferrow", "Captain Voss"), ("Bela Horn", "Ash")],
        genres=["Drama", "Mystery"],
        keywords=["lighthouse"],
        episodes=5,
        episode_minutes=66,
    ),
    series("Glasshouse", 2022, created_by=["Ida Penn"], episodes=8, episode_minutes=None, votes=140),
)
