"""What the invented viewer wrote: reviews, and lists with their notes. All films are named by their title here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListText:
    """`films` are titles in order, each with its note or ""."""

    name: str
    slug: str
    tags: tuple[str, ...]
    description: str
    films: tuple[tuple[str, str], ...]


REVIEWS = {
    "Tokyo Story": "Nobody raises their voice and I still had to sit on the stairs for a while afterwards.",
    "Late Spring": "The apple. That is all I can say: <i>the apple</i>.",
    "Seven Samurai": "Three and a half hours, and the only thing I would cut is the interval.",
    "Ikiru": "Wrote three letters I had put off for years, the same evening.",
    "Spirited Away": "Every rewatch I trust the train scene a little more.",
    "My Neighbor Totoro": "A film about waiting for news, disguised as a film about a very large animal.",
    "Beau Travail": "An hour and a half of held breath, and then the last two minutes.",
    "Jeanne Dielman, 23, quai du Commerce, 1080 Bruxelles": "I will never again watch anyone peel a potato calmly.",
    "Cléo from 5 to 7": "Paris as a clock. The song in the middle stops it dead.",
    "The Gleaners and I": "Heart-shaped potatoes, a dancing lens cap, and more about money than ten thrillers.",
    "In the Mood for Love": "The stairs, the noodles, the rain. Each time I hope they will turn around.",
    "Chungking Express": "Came out humming. Bought pineapple. Checked the date.",
    "Close-Up": "Who is playing whom? By the end the question seemed rude.",
    "Where Is the Friend's House?": "More suspense in one exercise book than in all of <i>Die Hard</i>.",
    "Mad Max: Fury Road": "Fine, yes, all right: the editing is astonishing. My ears are still in the desert.",
    "RRR": "Two friends, one bridge, a horse, a motorbike, no brakes. The room applauded nine times; I counted.",
    "The Dark Knight": "Everyone explains the theme to everyone else, very loudly, in the dark.",
    "Portrait of a Lady on Fire": "Page 28. You know. If you don't, I am jealous.",
    "Petite Maman": "Seventy-two minutes, and it fits the whole of missing somebody.",
    "Aftersun": 'The camcorder hums, the hotel lights go out, and "Under Pressure" is ruined for me, in the best way.',
    "The Boy and the Heron": "I understood half of it and would not trade the other half.",
    "Playtime": "Sat in the third row, looked in the wrong corner every time, never laughed so much at a chair.",
    "La Jetée": "Twenty-eight minutes of stills, and the one that moves.",
    "Drive My Car": "Three hours in a red car. I could have stayed for the whole winter.",
    "Past Lives": "A film about who walks you home.\n\nI walked home.",
}

UNDATED_REVIEWS = {
    "Eternal Sunshine of the Spotless Mind": "I no longer remember when I first saw this, which seems right.",
    "Amélie": "Loved it at fifteen; a little afraid to look again.",
}

LISTS = (
    ListText(
        name="Kurosawa, in order",
        slug="kurosawa-in-order",
        tags=("directors", "japan"),
        description="One a month, on the largest screen I can find.",
        films=(
            ("Stray Dog", "You can feel the heat."),
            ("Rashomon", ""),
            ("Ikiru", "The swing."),
            ("Seven Samurai", ""),
            ("Throne of Blood", "Fog, arrows, Isuzu Yamada."),
            ("Yojimbo", ""),
            ("High and Low", "The first hour never leaves the room and I never want to."),
            ("Red Beard", ""),
            ("Ran", "Saved for the cinema, and worth it."),
        ),
    ),
    ListText(
        name="Films for the first snow",
        slug="films-for-the-first-snow",
        tags=("winter",),
        description="",
        films=(
            ("Fargo", ""),
            ("First Cow", "No snow, but the mud is cold enough."),
            ("Eternal Sunshine of the Spotless Mind", "The beach in February."),
            ("Fanny and Alexander", "Waiting for a long, long evening."),
            ("The Shining", "With the heating on."),
            ("Snowpiercer", ""),
            ("Drive My Car", "Only the end, but what an end."),
        ),
    ),
    ListText(
        name="Made by women, and loved by me",
        slug="made-by-women-and-loved-by-me",
        tags=("directors",),
        description="Started on a rainy Sunday, never to be finished. <i>Suggestions welcome.</i>",
        films=(
            ("Cléo from 5 to 7", ""),
            ("Vagabond", "Coldest film I know."),
            ("Jeanne Dielman, 23, quai du Commerce, 1080 Bruxelles", ""),
            ("Wanda", "Should have been the first of twenty."),
            ("Beau Travail", ""),
            ("The Ascent", ""),
            ("La Ciénaga", "You can smell the pool."),
            ("The Piano", ""),
            ("Zama", "Waiting as a way of life."),
            ("Portrait of a Lady on Fire", ""),
            ("Atlantics", ""),
            ("Aftersun", ""),
            ("All We Imagine as Light", "The newest, and already one of the closest."),
        ),
    ),
)

WATCHLIST = (
    "Sátántangó",
    "Twin Peaks",
    "Limite",
    "Repentance",
    "Adoption",
    "Araya",
    "Daughters of the Dust",
    "Underground",
    "The Official Story",
    "Fanny and Alexander",
    "Sansho the Bailiff",
    "The Age of Innocence",
    "Titane",
    "Killers of the Flower Moon",
    "Flow",
)
"""Not watched yet; the films of films/wishes.txt are not either."""

WANTED_AGAIN = ("Mirror", "The Spirit of the Beehive")
"""Wished for after they were watched."""

KEPT = {
    "Past Lives": 97,
    "Perfect Blue": 410,
    "Drive My Car": 41,
    "The Green Ray": 233,
    "Daisies": 688,
    "Wanda": 512,
    "A Brighter Summer Day": 120,
    "Tampopo": 26,
    "Aftersun": 12,
    "The Ascent": 365,
    "All We Imagine as Light": 30,
}
"""Watched after all and still on the watchlist, with the days from the wish to the first viewing."""

UNDATED = (
    "Toy Story",
    "Jurassic Park",
    "The Matrix",
    "The Lord of the Rings: The Fellowship of the Ring",
    "Amélie",
    "Pulp Fiction",
    "Die Hard",
    "Eternal Sunshine of the Spotless Mind",
    "The Godfather",
    "The Silence of the Lambs",
    "Singin' in the Rain",
    "Alien",
)
"""Watched before the diary began, on a day nobody remembers."""
