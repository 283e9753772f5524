"""A small grammar of English and French: the words, and how each is inflected. No examples yet, and no chance.

French follows from English by rules: articles and adjectives agree in gender and number, most adjectives stand behind
the noun, vowels elide (l’étoile, d’îles, n’aime, j’aime), “not” is ne … pas, under which un, une and des become de.
"""

from dataclasses import dataclass
from typing import Literal

Gender = Literal["m", "f"]
PERSONS = ("je", "tu", "il", "elle", "nous", "vous", "ils", "elles")
SUBJECTS = ("I", "you", "he", "she", "we", "you", "they", "they")


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun in both languages, singular and plural."""

    english: str
    many: str
    french: str
    plural: str
    gender: Gender


@dataclass(frozen=True, slots=True)
class Adjective:
    """An adjective; its forms are masculine, feminine, and both in the plural; and masculine before a vowel."""

    english: str
    forms: tuple[str, str, str, str]
    before: bool  # whether it stands before the noun
    vowel: str = ""

    def form(self, noun: Noun, *, plural: bool) -> str:
        """The form that agrees with a noun that it stands with."""
        place = 2 * plural + (noun.gender == "f")
        # Only what stands before its noun meets the noun's first letter.
        if place == 0 and self.vowel and self.before and elides(noun.french):
            return self.vowel
        return self.forms[place]


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: in English, after he and she, and in French for je, tu, il, nous, vous, ils."""

    english: str
    third: str
    forms: tuple[str, str, str, str, str, str]


def _nouns(text: str) -> tuple[Noun, ...]:
    rows = (line.split() for line in text.strip().splitlines())
    return tuple(Noun(a, b, c, d, "f" if e == "f" else "m") for a, b, c, d, e in rows)


NOUNS = _nouns("""
    cat cats chat chats m
    dog dogs chien chiens m
    bird birds oiseau oiseaux m
    horse horses cheval chevaux m
    hen hens poule poules f
    mouse mice souris souris f
    tree trees arbre arbres m
    flower flowers fleur fleurs f
    apple apples pomme pommes f
    egg eggs œuf œufs m
    house houses maison maisons f
    school schools école écoles f
    church churches église églises f
    car cars voiture voitures f
    book books livre livres m
    table tables table tables f
    star stars étoile étoiles f
    island islands île îles f
    king kings roi rois m
    queen queens reine reines f
    child children enfant enfants m
    girl girls fille filles f
""")


def _adjective(line: str) -> Adjective:
    english, place, *forms = line.split()
    masculine, feminine, many, many_f = forms[:4]
    vowel = forms[4] if len(forms) > 4 else ""
    return Adjective(english, (masculine, feminine, many, many_f), place == "before", vowel)


ADJECTIVES = tuple(
    map(
        _adjective,
        """
    small before petit petite petits petites
    big before grand grande grands grandes
    young before jeune jeune jeunes jeunes
    pretty before joli jolie jolis jolies
    bad before mauvais mauvaise mauvais mauvaises
    old before vieux vieille vieux vieilles vieil
    beautiful before beau belle beaux belles bel
    black behind noir noire noirs noires
    white behind blanc blanche blancs blanches
    green behind vert verte verts vertes
    red behind rouge rouge rouges rouges
    blue behind bleu bleue bleus bleues
    strange behind étrange étrange étranges étranges
    happy behind heureux heureuse heureux heureuses
    slow behind lent lente lents lentes
    """.strip().splitlines(),
    )
)


def _verb(line: str) -> Verb:
    english, third, *forms = line.split()
    je, tu, il, nous, vous, ils = forms
    return Verb(english, third, (je, tu, il, nous, vous, ils))


def _regular(english: str, third: str, stem: str) -> Verb:
    """A French verb in -er."""
    je, tu, nous, vous, ils = (stem + end for end in ("e", "es", "ons", "ez", "ent"))
    return Verb(english, third, (je, tu, je, nous, vous, ils))


VERBS = (
    _regular("carry", "carries", "port"),
    _regular("watch", "watches", "regard"),
    _regular("love", "loves", "aim"),
    _regular("find", "finds", "trouv"),
    _regular("draw", "draws", "dessin"),
    _regular("follow", "follows", "accompagn"),
    _regular("help", "helps", "aid"),
    _verb("see sees vois vois voit voyons voyez voient"),
    _verb("have has ai as a avons avez ont"),
    _verb("want wants veux veux veut voulons voulez veulent"),
)
PLACES = (("with", "avec"), ("behind", "derrière"), ("under", "sous"), ("near", "près de"))
VOWELS = frozenset("aeiouyàâéèêëîïôöùûœ")


def elides(word: str) -> bool:
    """Whether an article before a word loses its vowel. No word here begins with an h."""
    return word[0] in VOWELS


def agrees(person: str) -> int:
    """Which of a verb's six forms goes with a person."""
    return (0, 1, 2, 2, 3, 4, 5, 5)[PERSONS.index(person)]
