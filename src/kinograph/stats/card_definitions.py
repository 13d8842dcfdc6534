"""What each card shows, in a sentence and a formula; its title is the card's own. See `definitions`."""

from __future__ import annotations

from kinograph.i18n import gettext_noop

CARDS: dict[str, tuple[str, str]] = {
    "rating_comparison": (
        gettext_noop(
            "Rated films by your stars and TMDB's score; a dot covers 0.3 points of the score. “Higher” and “lower”"
            " mean by more than half a star. A dot's color says on which side of the line it is."
        ),
        "n(films) by stars and score // 0.3; higher ⇔ stars − score / 2 > 0.5",
    ),
    "world_map": (
        gettext_noop("Films, viewings or hours by country of production; a film of two countries counts for both."),
        "amount(country) = Σ amount of its films",
    ),
    "film_age": (
        gettext_noop("Viewings by release decade and year of viewing, and the years between release and viewing."),
        "age = max(0, year of viewing − release year); new ⇔ age ≤ 1",
    ),
    "best_decades": (
        gettext_noop(
            "The four release decades you rate best, ordered as in rankings, each with its average and up to five "
            "of its best rated films."
        ),
        "order = (Σ stars + 5 × your average) / (ratings + 5), ratings ≥ 3",
    ),
    "best_films": (
        gettext_noop(
            "Your best rated films. Of equals, those you liked come first, then those with the most votes at TMDB. "
            "The page of a year lists new and older films apart."
        ),
        "order by stars, liked, TMDB votes",
    ),
    "calendar": (
        gettext_noop("Viewings on each day of a year."),
        "n(viewings) by day",
    ),
    "collaborators": (
        gettext_noop(
            "Everyone who worked on two or more of a person's films that you watched, by films, viewings or hours."
        ),
        "amount(person) = Σ amount of the films both worked on, films ≥ 2",
    ),
    "countries": (
        gettext_noop("Films, viewings or hours by country of production; a film of two countries counts for both."),
        "amount(country) = Σ amount of its films",
    ),
    "popularity": (
        gettext_noop("Your films with the most and the fewest votes at TMDB, of those with at least 5."),
        "order by TMDB votes, votes ≥ 5",
    ),
    "decades": (
        gettext_noop("Films, viewings or hours by decade of release, and the decades you rate best."),
        "decade = release year // 10 × 10",
    ),
    "directors": (
        gettext_noop("Films, viewings or hours by director; a film by two directors counts for both."),
        "amount(director) = Σ amount of their films",
    ),
    "disagreements": (
        gettext_noop(
            "Films you rated more than half a star above or below TMDB's score, of those with at least 20 votes."
        ),
        "|stars − score / 2| > 0.5, votes ≥ 20",
    ),
    "director_actor_pairs": (
        gettext_noop(
            "A director and one of the first 20 credited actors who made at least two of your films together."
        ),
        "amount(pair) = Σ amount of their common films, films ≥ 2",
    ),
    "records": (
        gettext_noop(
            "The longest, shortest and oldest film, those with the most and the fewest TMDB votes (at least 5), and"
            " those with the highest and the lowest TMDB score (at least 20 votes)."
        ),
        "min and max of runtime, votes and score; min of year",
    ),
    "top_cast": (
        gettext_noop("Films, viewings or hours by actor, the first 20 of a film's cast."),
        "amount(actor) = Σ amount of their films",
    ),
    "year_totals": (
        gettext_noop(
            "The totals of a year beside those of the year before, or the totals of all time. Where the diary ends "
            "within the year, the year before counts up to the same day. Films of unknown runtime add no hours; the"
            " card says how many there are."
        ),
        "films, viewings, hours, rewatches, likes and average as above; nights = n(days with a viewing)",
    ),
    "filmography": (
        gettext_noop("The films of a person that you watched, newest first, with what they did on each."),
        "films with a credit of the person",
    ),
    "days_between": (
        gettext_noop("Days between a viewing and the one before it in the whole diary."),
        "n(viewings) by day of viewing − day of the viewing before",
    ),
    "hidden_gems": (
        gettext_noop("Films you gave four stars or more that have 5 to 999 votes at TMDB."),
        "stars ≥ 4, 5 ≤ votes < 1,000",
    ),
    "rating_trend": (
        gettext_noop(
            "The mean of the stars you gave at each viewing and of TMDB's scores for the same viewings, by quarter,"
            " or by year in a long diary, with three rated viewings or more."
        ),
        "mean(stars of the viewing) and mean(score / 2)",
    ),
    "genres": (
        gettext_noop("Films, viewings or hours by genre; a film of two genres counts for both."),
        "amount(genre) = Σ amount of its films",
    ),
    "weekday_month": (
        gettext_noop("Viewings by weekday and month, all years together."),
        "n(viewings) by weekday and month; weekend = Saturday and Sunday",
    ),
    "likes_by_rating": (
        gettext_noop(
            "How many of the watched films at each number of stars you liked, and the averages of the liked films and"
            " of the others."
        ),
        "share = 100 × n(liked) / n(rated so)",
    ),
    "keywords": (
        gettext_noop("Films, viewings or hours by TMDB's keywords."),
        "amount(keyword) = Σ amount of its films",
    ),
    "genre_bias": (
        gettext_noop(
            "Your average minus TMDB's over the same films, by genre and decade, each with at least three films. "
            "Shown are the twelve genres with the most films; those with few films rank nearer to your difference "
            "over all films."
        ),
        "difference = mean(stars) − mean(score / 2); order = (Σ (stars − score / 2) + 5 × yours) / (films + 5)",
    ),
    "languages": (
        gettext_noop("Films, viewings or hours by original language."),
        "amount(language) = Σ amount of its films",
    ),
    "lists": (
        gettext_noop("Your lists, and how many of their films you have watched, whatever the filters."),
        "share = 100 × n(watched on the list) / n(on the list)",
    ),
    "logging_habits": (
        gettext_noop(
            "Days between watching and logging, where one day of difference counts as none; and the shares of all "
            "viewings that have stars and tags."
        ),
        "delay = day logged − day watched; share = 100 × n / viewings",
    ),
    "milestones": (
        gettext_noop("The first viewing of the diary, every 50th, 100th, 250th or so, and the latest."),
        "viewings number 1, step, 2 × step …, last; at most 10 steps",
    ),
    "months": (
        gettext_noop("Viewings by month; on the page of a year also the months of the year before, in grey."),
        "n(viewings) by month",
    ),
    "most_watched": (
        gettext_noop("The films seen more than once, most viewings first, then the better rated, then the latest."),
        "n(films with viewings ≥ 2 or a rewatch)",
    ),
    "films_per_week": (
        gettext_noop(
            "Films a week over the whole diary, in each of its years, in its last 52 weeks, and in the 52 weeks"
            " before those."
        ),
        "a week = viewings with a day / weeks",
    ),
    "people": (
        gettext_noop(
            "Films, viewings or hours by person in a role. Cast means the first 20 credited actors, leads the first"
            " 3. TMDB says who is an actress or an actor."
        ),
        "amount(person) = Σ amount of their films",
    ),
    "person": (
        gettext_noop("What a person did on the films you watched, and your average over those films."),
        "n(films) by role; average = Σ stars / n(rated films)",
    ),
    "country_ranking": (
        gettext_noop("The countries you rate best, ordered as in rankings."),
        "order = (Σ stars + 5 × your average) / (ratings + 5), ratings ≥ 3",
    ),
    "ratings": (
        gettext_noop("Rated films by stars; you and everyone else over the films you rated that have a score at TMDB."),
        "n(films) by stars; difference = mean(stars) − mean(score / 2)",
    ),
    "release_years": (
        gettext_noop("Films, viewings or averages by release year and decade."),
        "n(films), Σ viewings or Σ stars / ratings by release year",
    ),
    "rewatches": (
        gettext_noop("The films seen more than once, most viewings first, then the better rated, then the latest."),
        "n(films with viewings ≥ 2 or a rewatch)",
    ),
    "runtimes": (
        gettext_noop(
            "Films, viewings or hours by runtime in half-hour steps. Everything under one hour is one step, as is "
            "everything from four hours up. Series count with all their episodes."
        ),
        "half hour = runtime // 30 × 30",
    ),
    "streaks": (
        gettext_noop("The longest runs of days and weeks with a viewing, the longest pause, and the fullest day."),
        "max n of consecutive days (weeks from Monday) with a viewing",
    ),
    "studios": (
        gettext_noop("Films, viewings or hours by production company."),
        "amount(company) = Σ amount of its films",
    ),
    "tags": (
        gettext_noop("Viewings by tag; the averages are of the films' stars, each film once."),
        "n(viewings) by tag; average = Σ stars / n(rated films)",
    ),
    "all_languages": (
        gettext_noop("Films, viewings or hours by original language, all of them."),
        "amount(language) = Σ amount of its films",
    ),
    "unseen_countries": (
        gettext_noop(
            "Of 197 countries, those none of your films is from, and films from there on your watchlist. The 197 "
            "are the members of the United Nations, the Holy See, Palestine, Kosovo and Taiwan."
        ),
        "countries of the world − countries of watched films",
    ),
    "viewings": (
        gettext_noop(
            "Viewings by month or week, or by year in a diary of more than 15 years. Undated films and viewings "
            "logged in bulk are counted in a note."
        ),
        "n(viewings) by month, week or year",
    ),
    "directed_by_women": (
        gettext_noop(
            "Films with at least one woman among their directors, of the films with a director whose gender TMDB knows."
        ),
        "share = 100 × n(films with a woman) / n(films with a known gender)",
    ),
}
