"""Texts and sentence pairs: what is known of them from elsewhere, and what bad files get."""

import collections
from pathlib import Path

import numpy as np
import pytest
from num2words import num2words
from sacrebleu.metrics import BLEU

from engine.bleu import bleu, counts
from engine.dataset import DataError, Recipe, load
from engine.datasets.english_french import (
    NEW_PAIR,
    RANDOM,
    EnglishFrench,
    Phrase,
    Sentence,
    held_out_pairs,
    sentences,
)
from engine.datasets.grammar import ADJECTIVES, NOUNS, PLACES, VERBS
from engine.datasets.number_words import NumberWords
from engine.datasets.real_pairs import PairsFile, Phrases, Verses
from engine.datasets.shakespeare import Shakespeare
from engine.datasets.text_file import TextFile
from engine.vocabulary import UNKNOWN, Vocabulary, joined, words_of
from engine.waiting import GivenUp, heard_by
from resources import resource


def _read(name: str) -> str:
    return resource("data", name).read_text(encoding="utf-8")


def test_the_last_tenth_of_shakespeare_is_dev_and_only_the_rest_is_known() -> None:
    text, data = _read("shakespeare.txt"), Recipe.usual(Shakespeare()).prepare()
    words = data.words[""]
    order = np.argsort(data.dev.indices)
    dev = words.decode(data.dev.inputs[order].ravel())
    assert text.index(dev) == round(0.9 * len(text))
    train = words.decode(data.train.inputs[np.argsort(data.train.indices)].ravel())
    assert text.startswith(train)
    assert set(words.symbols) == {UNKNOWN, *text[: round(0.85 * len(text))]}
    assert data.target.count == len(words) == 65


def test_a_window_is_followed_by_the_next_symbols() -> None:
    samples = load(Shakespeare(window=40))
    assert np.array_equal(samples.inputs[:, 1:], samples.targets[:, :-1])
    assert np.array_equal(samples.inputs[1:500, 0], samples.targets[:499, -1])


def test_words_that_are_rare_or_new_are_unknown() -> None:
    data = Recipe.usual(Shakespeare(unit="words", vocabulary=1000)).prepare()
    words = data.words[""]
    assert len(words) == 1001
    text = _read("shakespeare.txt")
    frequent = collections.Counter(words_of(text[: round(0.85 * len(text))])).most_common(500)
    assert {word for word, _ in frequent} <= set(words.symbols)
    assert 0.05 < (data.dev.inputs == 0).mean() < 0.3


@pytest.mark.parametrize(
    "text",
    [
        "l’étoile noire n’aime pas l’île.",
        "“Well,” said he; (and so)…",
        "a\nb c\n\nd!",
        "שלום, עולם",
    ],
)
def test_words_come_together_again(text: str) -> None:
    again = joined(words_of(text))
    assert words_of(again) == words_of(text)
    assert again.replace(" ", "").replace("\n", "") == text.replace(" ", "").replace("\n", "")


def _file(tmp_path: Path, raw: bytes) -> TextFile:
    file = tmp_path / "own.txt"
    file.write_bytes(raw)
    return TextFile(file=str(file), window=4)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "too short: it has 0 characters"),
        (b"a", "too short: it has 1 character,"),
        (b"ab" * 20, "choose a shorter window"),
        (b"good\nbad \xe9t\xe9\n" * 40, "no text in UTF-8: line 2 holds the byte 0xe9"),
        ("à".encode("utf-16") * 100, "no text in UTF-8: line 1"),
    ],
)
def test_what_is_no_text_gets_a_sentence(raw: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=words):
        _file(tmp_path, raw).load()


def test_no_file_and_a_folder_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read: No such file"):
        TextFile(file=str(tmp_path / "nothing.txt")).load()
    with pytest.raises(DataError, match="cannot be read"):
        TextFile(file=str(tmp_path)).load()


@pytest.mark.parametrize(
    "raw",
    [
        b"no line ends here at all " * 50,
        ("שלום עולם " * 60).encode(),
        ("مرحبا بالعالم\r\n" * 60).encode(),
        "\ufeffmarked at its start ".encode() * 60,
        ("🙂👍🏽 emoji 𝔘𝔫𝔦 " * 60).encode(),
        b"\x00\x01 odd \x7f" * 60,
    ],
)
def test_any_text_is_read_to_the_last_character(raw: bytes, tmp_path: Path) -> None:
    samples = _file(tmp_path, raw).load()
    words = Vocabulary(samples.symbols, "characters")
    text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    assert words.decode(samples.inputs[0]) == text[:4]
    assert words.decode(words.encode(text)) == text
    assert 0 not in samples.inputs


def test_a_million_lines(tmp_path: Path) -> None:
    samples = _file(tmp_path, b"a line\n" * 1_000_000).load()
    assert samples.inputs.size > 6_900_000


WRONG = (
    " de le ", " de les ", " le é", " la é", " je ai", " ne ai", " un étoile", " vieux arbre ", " de é",
    " beau oiseau ", " une chat", " noir étoile", " nous vois ",
)  # fmt: skip


def _phrase(text: str) -> Phrase:
    article, *adjectives, noun = text.split()
    chosen = next(n for n in NOUNS if noun in (n.english, n.many))
    described = tuple(a for word in adjectives for a in ADJECTIVES if a.english == word)
    return Phrase(chosen, described, article.strip("_"), noun == chosen.many)


def _said(
    subject: str | int, verb: str, thing: str, *, denied: bool = False, place: int = -1
) -> str:
    who = subject if isinstance(subject, int) else _phrase(subject)
    of = next(v for v in VERBS if v.english == verb)
    at, where = (PLACES[place], _phrase("the old bird")) if place >= 0 else (None, None)
    return Sentence(who, of, denied, _phrase(thing), at, where).french


def test_the_grammar_is_right_about_sentences_that_a_teacher_would_ask() -> None:
    no = {"denied": True}
    assert _said(0, "love", "the star") == "j’aime l’étoile"
    assert _said(0, "have", "a horse", **no) == "je n’ai pas de cheval"
    assert _said(2, "want", "a old house") == "il veut une vieille maison"
    assert _said("the hen", "see", "_ black stars", **no) == "la poule ne voit pas d’étoiles noires"
    assert _said("_ big kings", "have", "_ red apples") == "de grands rois ont des pommes rouges"
    assert _said(4, "watch", "a beautiful island") == "nous regardons une belle île"
    assert _said(1, "follow", "a old tree") == "tu accompagnes un vieil arbre"
    assert (
        _said("a beautiful child", "draw", "the white horses")
        == "un bel enfant dessine les chevaux blancs"
    )
    assert _said(6, "help", "the cat", place=3) == "ils aident le chat près du vieil oiseau"
    assert (
        _said(3, "find", "the strange egg", place=0)
        == "elle trouve l’œuf étrange avec le vieil oiseau"
    )
    assert _phrase("a old egg").english == "an old egg"
    assert _phrase("the star").french(after_de=True) == "de l’étoile"
    assert _phrase("a star").french(after_de=True) == "d’une étoile"
    assert _phrase("_ stars").french(after_de=True) == "d’étoiles"
    assert _phrase("the birds").french(after_de=True) == "des oiseaux"


def test_no_sentence_holds_what_french_never_says() -> None:
    known = {s.english: s.french for s in sentences(20_000, 0)}
    assert len(known) == 20_000
    for english, french in known.items():
        assert ("not" in english) == (" pas" in french)
        assert " a egg" not in f" {english}"
        for wrong in WRONG:
            assert wrong not in f" {french}"


def test_held_out_sentences_and_pairs_of_words_are_not_learnt_from() -> None:
    data = Recipe.usual(EnglishFrench(count=4000)).prepare()
    words, new = data.words[""], held_out_pairs(0)

    def pairs(part: object) -> list[set[tuple[str, str]]]:
        rows = zip(part.inputs, part.array("", lengths=True), strict=True)  # type: ignore[attr-defined]
        texts = (words.decode(row[:count]).split() for row, count in rows)
        return [set(zip(text, text[1:], strict=False)) for text in texts]

    for found in pairs(data.train):
        assert not found & new
    titles = np.array(data.dev.titles)
    assert {NEW_PAIR, RANDOM} == set(titles)
    some = sum(bool(found & new) for found in np.array(pairs(data.dev))[titles == NEW_PAIR])
    assert some > 0.3 * (titles == NEW_PAIR).sum()  # the rest are plural, or stand behind another
    for adjective, noun in new:  # each word by itself is known
        assert words.place(adjective)
        assert words.place(noun)


def test_the_target_is_what_was_written_before_moved_by_one() -> None:
    for dataset in (EnglishFrench(count=300), NumberWords(count=100), Phrases(), Verses()):
        samples = load(dataset)
        before, lengths = samples.others["before"].inputs, samples.others["before"].lengths
        assert lengths is not None
        for row in range(0, len(before), 37):
            count = lengths[row]
            assert np.array_equal(before[row, 1:count], samples.targets[row, : count - 1])
            assert samples.targets[row, count - 1] == samples.others["before"].symbols.index(
                "⟨end⟩"
            )
            assert (samples.targets[row, count:] == -100).all()


def test_number_words_are_those_of_the_library() -> None:
    data = Recipe.usual(NumberWords(largest=1000, count=1000)).prepare()
    found = {
        data.words[""].decode(row[:count]): data.words["before"].decode(t for t in target if t >= 0)
        for row, count, target in zip(
            data.train.inputs, data.train.array("", lengths=True), data.train.targets, strict=True
        )
    }
    for number in (0, 71, 80, 99, 300, 999):
        words = num2words(number).replace("-", " ")
        if words in found:
            assert found[words] == num2words(number, lang="fr").replace("-", " ")
    assert len(found) == 800


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file pairs.tsv is empty"),
        ("one\ttwo\n" * 3, "Of the 3 pairs 3"),
        ("good\tbon\nbad\n" * 20, "20 of 40 lines are not a sentence, a tab and its translation"),
    ],
)
def test_what_are_no_pairs_gets_a_sentence(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=words):
        PairsFile(file=str(file)).load()


def test_pairs_of_ones_own_are_read(tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text("".join(f"I have {n} cats\tTengo {n} gatos\r\n" for n in range(40)), "utf-8")
    data = Recipe.usual(PairsFile(file=str(file))).prepare()
    assert data.train.count + data.dev.count + data.sealed.count == 40


def test_typed_words_are_found_in_small_letters_too() -> None:
    words = Vocabulary.of(["the", "cat", "I", "l’"], "words")
    assert words.typed("The CAT i ran.") == ["the", "cat", "I", "ran"]
    assert words.numbers(words.typed("The dog")).tolist() == [words.place("the"), 0]
    assert words.unknown("the dog the dog runs") == ["dog", "runs"]


def test_bleu_is_sacrebleu_s() -> None:
    chance = np.random.default_rng(0)
    metric = BLEU(tokenize="none", force=True)
    for size in (1, 2, 5, 30):
        for noise in (0.0, 0.2, 0.6, 1.0):
            truths = [list("abcdefgh"[: 1 + chance.integers(8)]) for _ in range(size)]
            said = [
                [w if chance.random() >= noise else "xyzab"[chance.integers(5)] for w in truth]
                for truth in truths
            ]
            said = [words[: max(1, len(words) - chance.integers(3))] for words in said]
            mine = bleu(sum(counts(a, b) for a, b in zip(said, truths, strict=True)))  # type: ignore[arg-type]
            theirs = metric.corpus_score(
                [" ".join(s) for s in said], [[" ".join(t) for t in truths]]
            ).score
            assert mine == pytest.approx(theirs, abs=1e-9)
    assert bleu(counts([], ["a"])) == 0


def test_many_pairs_say_how_far_they_are_and_can_be_left(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"the {n} cats\tles {n} chats\n" for n in range(12_000)))
    wanted = PairsFile(file=str(path)).load()
    heard: list[tuple[str, float]] = []
    with heard_by(lambda share, what: heard.append((what, share)) or True):
        found = PairsFile(file=str(path)).load()
    np.testing.assert_array_equal(found.inputs, wanted.inputs)
    np.testing.assert_array_equal(found.targets, wanted.targets)
    stages = list(dict.fromkeys(what for what, _ in heard))
    assert stages == ["Reading lines", "Taking sentences apart", "Words as numbers"]
    assert max(share for _, share in heard) > 0.8
    for stage in stages:
        with heard_by(lambda _, what, stage=stage: what != stage), pytest.raises(GivenUp):
            PairsFile(file=str(path)).load()
