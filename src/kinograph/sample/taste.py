"""How the invented viewer gives stars: near to what everyone says, but fonder of Japan and patience than of noise."""

from __future__ import annotations

from functools import cache
from random import Random

from kinograph.sample import everyone
from kinograph.sample.library import SampleFilm, facts
from kinograph.sample.words import LISTS, REVIEWS, UNDATED_REVIEWS

MEAN, LEAN, WHIM = 3.3, 0.7, 0.7  # stars; stars for a point of everyone's ten; spread in stars

FONDNESS = {
    "Agnès Varda": 0.5,
    "Yasujirō Ozu": 0.5,
    "Claire Denis": 0.4,
    "Abbas Kiarostami": 0.4,
    "Wong Kar-wai": 0.4,
    "Céline Sciamma": 0.4,
    "Hayao Miyazaki": 0.3,
    "Stanley Kubrick": -0.3,
    "Christopher Nolan": -0.7,
    "Quentin Tarantino": -0.5,
}
DEAR = {*REVIEWS, *UNDATED_REVIEWS, *(title for text in LISTS for title, _ in text.films)} - {
    "Mad Max: Fury Road",
    "The Dark Knight",
}
DEARNESS = 0.9
GENRES = {"Action": -0.8, "Horror": -0.25, "War": -0.1, "Romance": 0.15, "Documentary": 0.2}
SLOW_MINUTES = 140  # from here on a drama is a patient one


def is_rated(film: SampleFilm, random: Random) -> bool:
    """Some films are left without stars, but none that the viewer wrote about."""
    return random.random() < 0.85 or film.title in REVIEWS


def rate(film: SampleFilm, random: Random) -> float:
    """Stars from 0.5 to 5 by halves."""
    score = MEAN + LEAN * (_everyones_score(film.number) - 7.3) + random.gauss(0, WHIM)
    score += sum(FONDNESS.get(name, 0) for name in film.directors) + sum(GENRES.get(name, 0) for name in film.genres)
    score += DEARNESS * (film.title in DEAR)
    score += 0.35 * ("JP" in film.countries) + 0.25 * (film.runtime_minutes >= SLOW_MINUTES and "Drama" in film.genres)
    return min(max(round(score * 2) / 2, 0.5), 5.0)


@cache
def _everyones_score(number: int) -> float:
    return facts()[number - 1].vote_average or (everyone.LOWEST + everyone.HIGHEST) / 2
