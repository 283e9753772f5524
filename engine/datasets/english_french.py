"""Sentences of a small grammar, English and French, made by chance from a seed."""

from dataclasses import dataclass
from random import Random
from typing import ClassVar

import numpy as np
from pydantic import Field

from engine.dataset import Dataset
from engine.datasets.grammar import (
    ADJECTIVES,
    NOUNS,
    PERSONS,
    PLACES,
    SUBJECTS,
    VERBS,
    Adjective,
    Noun,
    Verb,
    agrees,
    elides,
)
from engine.datasets.pairs import Pair, samples_of, words_in
from engine.samples import DataError, Samples

BEFORE = tuple(adjective for adjective in ADJECTIVES if adjective.before)
BEHIND = tuple(adjective for adjective in ADJECTIVES if not adjective.before)
KINDS = ((), (BEFORE,), (BEHIND,), (BEFORE, BEHIND))
ARTICLES = (("the", False), ("the", True), ("a", False), ("", True))
SAID = (0, 1, 2, 3, 4, 6)  # English “you” and “they” do not say which is meant: tu and ils
RANDOM, NEW_PAIR = "sentence never seen", "pair of words never seen"
HELD_OUT, EACH = 24, 7  # pairs of an adjective and a noun; every how many-th
DEV = 0.1  # share of the sentences, for the random part and for the new pairs each


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun with what stands around it."""

    noun: Noun
    adjectives: tuple[Adjective, ...]
    article: str  # "the", "a" or "", which is a plural without an article
    plural: bool

    @property
    def english(self) -> str:
        """Such as “the small green schools”."""
        noun = self.noun.many if self.plural else self.noun.english
        words = " ".join((*(adjective.english for adjective in self.adjectives), noun))
        article = "an" if self.article == "a" and words[0] in "aeiou" else self.article
        return f"{article} {words}".strip()

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Which adjective stands with which noun."""
        return frozenset((a.english, self.noun.english) for a in self.adjectives)

    def french(self, *, denied: bool = False, after_de: bool = False) -> str:
        """The same in French: as an object of a verb that is `denied`, or after the preposition “de”."""
        noun = self.noun.plural if self.plural else self.noun.french
        before = [a.form(self.noun, plural=self.plural) for a in self.adjectives if a.before]
        behind = [a.form(self.noun, plural=self.plural) for a in self.adjectives if not a.before]
        words = " ".join((*before, noun, *behind))
        return self._article(words, bool(before), denied=denied, after_de=after_de) + words

    def _article(self, words: str, adjective_first: bool, *, denied: bool, after_de: bool) -> str:
        vowel, feminine = elides(words), self.noun.gender == "f"
        of = "d’" if vowel else "de "
        if self.article == "the" and self.plural:
            return "des " if after_de else "les "
        if self.article == "the" and vowel:
            return "de l’" if after_de else "l’"
        if self.article == "the" and feminine:
            return "de la " if after_de else "la "
        if self.article == "the":
            return "du " if after_de else "le "
        if self.article == "a" and not denied:
            return ("d’" if after_de else "") + ("une " if feminine else "un ")
        return of if denied or after_de or adjective_first else "des "


@dataclass(frozen=True, slots=True)
class Sentence:
    """Somebody does, or does not do, something to something somewhere."""

    subject: Phrase | int  # or the number of a person
    verb: Verb
    denied: bool
    thing: Phrase
    place: tuple[str, str] | None
    where: Phrase | None

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """What has a noun."""
        found = (self.subject, self.thing, self.where)
        return tuple(phrase for phrase in found if isinstance(phrase, Phrase))

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """All adjectives with their nouns."""
        return frozenset[tuple[str, str]]().union(*(phrase.pairs for phrase in self.phrases))

    @property
    def person(self) -> str:
        """The French pronoun that the verb agrees with."""
        if isinstance(self.subject, int):
            return PERSONS[self.subject]
        return "ils" if self.subject.plural else "il"

    @property
    def english(self) -> str:
        """The sentence to be translated."""
        subject = SUBJECTS[self.subject] if isinstance(self.subject, int) else self.subject.english
        third = self.person in ("il", "elle")
        verb = self.verb.third if third else self.verb.english
        if self.denied:
            verb = f"{'does' if third else 'do'} not {self.verb.english}"
        end = f"{self.place[0]} {self.where.english}" if self.place and self.where else ""
        return f"{subject} {verb} {self.thing.english} {end}".strip()

    @property
    def french(self) -> str:
        """Its translation."""
        verb = self.verb.forms[agrees(self.person)]
        vowel = elides(verb)
        if self.denied:
            verb = f"{'n’' if vowel else 'ne '}{verb} pas"
        if isinstance(self.subject, int):
            elided = self.person == "je" and vowel and not self.denied
            subject = "j’" if elided else f"{self.person} "
        else:
            subject = f"{self.subject.french()} "
        return f"{subject}{verb} {self.thing.french(denied=self.denied)}{self._end()}"

    def _end(self) -> str:
        if not (self.place and self.where):
            return ""
        word, takes_de = self.place[1].removesuffix(" de"), self.place[1].endswith(" de")
        return f" {word} {self.where.french(after_de=takes_de)}"


def _phrase(chance: Random) -> Phrase:
    article, plural = chance.choice(ARTICLES)
    adjectives = tuple(chance.choice(kind) for kind in chance.choice(KINDS))
    return Phrase(chance.choice(NOUNS), adjectives, article, plural)


def _sentence(chance: Random) -> Sentence:
    subject = chance.choice(SAID) if chance.random() < 0.35 else _phrase(chance)
    verb, denied = chance.choice(VERBS), chance.random() < 0.35
    place = chance.choice(PLACES) if chance.random() < 0.5 else None
    where = _phrase(chance) if place else None
    return Sentence(subject, verb, denied, _phrase(chance), place, where)


def held_out_pairs(seed: int) -> frozenset[tuple[str, str]]:
    """The adjectives and nouns that never stand together in what is learnt from."""
    every = [(a.english, n.english) for a in ADJECTIVES for n in NOUNS]
    chosen = np.random.default_rng([seed, 1]).permutation(len(every))[:HELD_OUT]
    return frozenset(every[place] for place in chosen)


def sentences(count: int, seed: int) -> list[Sentence]:
    """So many different sentences, the same for a seed each time."""
    chance = Random(seed)
    found: dict[str, Sentence] = {}
    for _ in range(20 * count):
        sentence = _sentence(chance)
        found.setdefault(sentence.english, sentence)
        if len(found) == count:
            return list(found.values())
    raise DataError(f"The grammar has no {count:,} different sentences. Ask for fewer.")


class EnglishFrench(Dataset, title="English to French"):
    """Sentences of a small grammar with their translations: agreement, the place of adjectives, elision, negation.

    A tenth of the sentences is held out at random; of 24 pairs, such as “green” and “horse”, every sentence is, though
    each word is met with others. Dev holds both, and says of each which it is.
    """

    content: ClassVar[str] = "pairs"
    count: int = Field(
        20_000, ge=200, le=200_000, title="Sentences", description="How many are made."
    )
    seed: int = Field(
        0, ge=0, lt=2**32, title="Seed", description="The same seed gives the same sentences."
    )

    def load(self) -> Samples:
        made = sentences(self.count, self.seed)
        new = held_out_pairs(self.seed)
        has_new = np.array([bool(sentence.pairs & new) for sentence in made])
        plain, strange = np.flatnonzero(~has_new), np.flatnonzero(has_new)
        size = max(1, round(DEV * len(plain)))
        # The first sentences are as random as any.
        judged = np.concatenate([plain[:size], strange[: len(strange) // 2]])
        test = np.concatenate([plain[size : 2 * size], strange[len(strange) // 2 :]])
        pairs: list[Pair] = [(sentence.english, sentence.french) for sentence in made]
        titles = [NEW_PAIR if strange else RANDOM for strange in has_new]
        known = [int(place) for place in plain[2 * size :]]
        return samples_of(words_in(pairs), known, titles=titles, judged=judged, held_out=test)
