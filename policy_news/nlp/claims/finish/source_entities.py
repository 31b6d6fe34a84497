"""Who the source is: the mention in it, or whom a pronoun, `the firm` or `the minister` stands for. Null rather than wrong."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from functools import cache, cached_property

from spacy.tokens import Span

from policy_news.core.single import only
from policy_news.nlp.claims.constructions.phrases import is_called
from policy_news.nlp.claims.constructions.quotes import QuoteIndex
from policy_news.nlp.claims.cue_lexicon import Patterns
from policy_news.nlp.claims.finish.body_antecedents import CENTRAL, BodyAntecedents
from policy_news.nlp.claims.finish.person_antecedents import PRONOUNS, PersonAntecedents
from policy_news.nlp.claims.finish.salience import ONE_OF_MANY
from policy_news.nlp.claims.tree import Spread, Tree
from policy_news.nlp.extensions import ClaimData
from policy_news.nlp.tags import FINITE, PLURALS, RELATIVES, SINGULARS
from policy_news.nlp.who.within_document import Who
from policy_news.nlp.who.words import PAST, identity_words, usual_title
from policy_news.rules.name_forms import name_words
from policy_news.tables.labels import PLACES
from policy_news.text.document import HEADLINES

FIRST_PERSON = frozenset({"i", "we", "me", "us", "my", "our", "myself", "ourselves"})
_SEVERAL = frozenset({"we", "us", "our", "ourselves"})
_VOICE_PREPOSITIONS = frozenset({"at", "for", "from", "of"})
_ANSWERS = frozenset({"a", "a.", "answer"})
_SIGNS = frozenset({":", "a."})
"""Labels of what is answered in an interview."""
SHORT = 3
"""Most tokens of a description: `the German firm`; with more it mostly is of something that the text has not named."""
_DEMONSTRATIVES = frozenset({"that", "the", "this"})
_SIDES = (["anti", "-"], ["pro", "-"])
"""What joined to a name makes it that of whom somebody is for or against."""
_SERVING = frozenset({"analyst", "executive", "official", "source"})
"""People of a body, who are no person's voice."""
_MODIFIERS = frozenset({"GPE", "NORP"})
"""Labels of what tells of which country somebody is who is not named."""
_NAMING = frozenset({"called", "named"})
"""Words between a noun and the name of whom it describes."""
_BEFORE_NAME = frozenset(
    {"CD", "DT", "HYPH", "JJ", "JJR", "JJS", "NN", "NNP", "NNS", "POS", "PRP$", "VBG", "VBN"}
)
"""Tags of the words of such a phrase."""
_TELLING = frozenset({"JJ", "JJR", "JJS", "VBG", "VBN"})
"""Tags of what tells some of a party from the others: `gay Republicans`, `leading Democrats`."""
_TOLD_BY_BODY = frozenset({"announce", "confirm", "tell"})
"""What a body does rather than a paper: `Orbis plans to close, it told staff`."""
_SHOWING = frozenset({"contain", "indicate", "read", "reveal", "show"})
"""What a paper does rather than a body: `It shows that ...`."""
_SAME_PAPER = {"lawsuit": "suit", "survey": "study"}
"""Papers that a text calls otherwise when it goes on."""
_ANSWER = re.compile(r"A[.:]\s|[A-Z]{2,}[.:]\s")


@cache
def _members() -> frozenset[str]:
    """Return what one member of a party is called: `democrat`, `tory`."""
    words = name_words().party_words
    return frozenset(word for word in words if f"{word}s" in words or f"{word.removesuffix('y')}ies" in words)


def name_sources(claims: Sequence[ClaimData], antecedents: Antecedents) -> list[ClaimData]:
    """Return the claims with `source_entity`: `start:end` (characters) of the mention that each source is or stands for."""
    named = [_with_entity(claim, _written(antecedents.name(claim))) for claim in claims]
    for number in antecedents.find_speakers(named):  # `he` in somebody's words is somebody else
        named[number] = _with_entity(claims[number], _written(antecedents.name(claims[number])))
    return [_with_speaker(antecedents, claim, named) for claim in named]


def _with_entity(claim: ClaimData, entity: str | None) -> ClaimData:
    copy = claim.copy()
    copy["source_entity"] = entity
    return copy


def _written(mention: Span | None) -> str | None:
    return None if mention is None else f"{mention.start_char}:{mention.end_char}"


class Antecedents:
    """Whom pronouns and short forms of a doc stand for, and how the doc names them in full."""

    def __init__(
        self, tree: Tree, quotes: QuoteIndex, patterns: Patterns, claims: Sequence[ClaimData], who: Who
    ) -> None:
        sources = (tree.tokens_of(*claim["source"]) for claim in claims if claim["source"] is not None)
        self._parts = tree, quotes, patterns, frozenset(tree.top(*source) for source in sources), who
        self.tree = tree
        self.quotes = quotes
        self.patterns = patterns
        self.speakers: dict[int, int] = {}
        """Token of a pronoun to the person in whose words it stands."""

    @cached_property
    def people(self) -> PersonAntecedents:
        """The persons of the doc, found when first asked for: most docs have pronouns, short ones none."""
        return PersonAntecedents(*self._parts)

    @cached_property
    def bodies(self) -> BodyAntecedents:
        """The organisations of the doc."""
        return BodyAntecedents(*self._parts)

    def of(
        self, start: int, end: int, content: Sequence[Spread], *, apart_from: str | None = None
    ) -> str | None:
        """Return the mention that a phrase stands for.

        Args:
            content: Ranges of tokens in which the antecedent is not looked for.
            apart_from: `start:end` (characters) of the mention of a person who is not meant.

        Returns:
            `start:end` (characters) of the mention, or None where it is not clear.
        """
        without = None if apart_from is None else self.person_at(apart_from)
        return _written(self._antecedent(start, end, content, without))

    def may_be_meant(self, speaker: str, other: str) -> bool:
        """Return whether a speaker whose gender nobody knows may be meant as well as somebody else.

        Args:
            speaker: `start:end` (characters) of the mention of who speaks.
            other: The same of whom a pronoun seems to stand for.

        Returns:
            True where the two are not one, and the pronoun may be the speaker.
        """
        own, found = self.person_at(speaker), self.person_at(other)
        return own is not None and own != found and self.people.persons[own].gender is None

    def full_name(self, mention: str) -> str:
        """Return the fullest form in which the doc names the person of a mention; other mentions are as they stand."""
        start, end = map(int, mention.split(":"))
        short = self.tree.text[start:end]
        person = self.person_at(mention)
        # Only the mentions of this person count: a wife bears the same surname, a company the same last word.
        forms = () if person is None else self.people.forms_of[person]
        fuller = {form for form in forms if len(form) > len(short) and form.split()[-1] == short.split()[-1]}
        return only(fuller) or short

    def find_speakers(self, claims: Sequence[ClaimData]) -> list[int]:
        """Note for each pronoun that is a source inside a quotation whose words it stands in; returns the numbers of their claims."""
        quoted: dict[int, int] = {}
        for number, inner in enumerate(claims):
            if inner["source"] is None:
                continue
            token = self.tree.tokens_of(*inner["source"])[0]
            if self.tree.lower[token] not in PRONOUNS or self.quotes.at(token) is None:
                continue
            quoted[number] = token
            outer = _speaker_around(self, token, inner, claims)
            if outer is None:
                continue
            person = self.person_at(outer)
            if person is not None:
                self.speakers[token] = person
        return [number for number, token in quoted.items() if token in self.speakers]

    def name(self, claim: ClaimData) -> Span | None:
        """Return the mention of a source in the third person."""
        if claim["source"] is None:
            return None
        tree = self.tree
        start, end = tree.tokens_of(*claim["source"])
        inside = _mention_in(tree, start, end, self.patterns)
        if self._is_member(inside, start, end):
            return self._of_party(start, end)
        is_described = inside is None or inside.label_ == "OFFICE"
        if self._are_several(inside, start, end) or (is_described and self._are_two(start, end)):
            return None
        if inside is None:
            return self._stood_for(claim, start, end)
        if inside.label_ == "OFFICE":
            return self._in_office(inside, start, end)
        return inside

    def _in_office(self, title: Span, start: int, end: int) -> Span | None:
        """Return the person of a title: who is described, else who alone holds the office, else the office; once held it is nobody's."""
        described = self._described(self.tree.top(title.start, title.end), start)
        if described is not None:
            return described
        if not PAST.isdisjoint(self.tree.lower[start:end]):
            return None
        holders = [n for n, person in enumerate(self.people.persons) if title._.office_id in person.offices]
        held = self._mention(holders[0], start) if len(holders) == 1 else None
        return held or self._titled_below(title) or title

    def _titled_below(self, title: Span) -> Span | None:
        """Return whom the text below names right behind the words of a title that a headline has without a name."""
        tree = self.tree
        headline = any(
            first <= title.start < last and is_headline for (first, last), is_headline in tree.limits
        )
        if not headline:
            return None
        named: dict[int, Span] = {}
        for other in tree.mentions:
            number = tree.ents.get(other.end)
            if other.label_ == "OFFICE" and other.text.lower() == title.text.lower() and number is not None:
                person = self.people.person_of.get(number)
                if person is not None:
                    named.setdefault(person, tree.mentions[number])
        return only(named.values())

    def _stood_for(self, claim: ClaimData, start: int, end: int) -> Span | None:
        """Return the mention that a source without a name stands for."""
        tree = self.tree
        is_paper = tree.lower[start:end] == ["it"] and claim["cue_lemma"] in _SHOWING
        if is_paper or not self._names_nobody(start, end):
            return None
        content = [tree.tokens_of(*span) for span in claim["content"]]
        return self._antecedent(start, end, content) or self._voice(start, end, content)

    def _voice(self, start: int, end: int, content: Sequence[Spread]) -> Span | None:
        """Return the body of the spokesman without a name who goes on: `A spokeswoman for the firm said ... She added ...`."""
        tree = self.tree
        top = (
            self.people.nameless(start, content)
            if end - start == 1 and self.quotes.at(start) is None
            else None
        )
        if top is None or tree.lemmas[top] not in self.patterns.spokes_heads:
            return None
        first, last = tree.left[top], tree.right[top] + 1
        return _mention_in(tree, first, last, self.patterns) or self._voiced_body(top, content)

    def is_of_several(self, claim: ClaimData) -> bool:
        """Return whether the source of a claim is of two who are named."""
        if claim["source"] is None:
            return False
        start, end = self.tree.tokens_of(*claim["source"])
        return self._are_several(_mention_in(self.tree, start, end, self.patterns), start, end)

    def _is_member(self, inside: Span | None, start: int, end: int) -> bool:
        """Return whether a source is of members of a body: `a California Democrat`, `some Republicans` are not the party."""
        tree, top = self.tree, self.tree.top(start, end)
        if inside is None or inside.label_ not in self.patterns.organisation_labels:
            return False
        if not inside.start <= top < inside.end:
            return False
        word = tree.lower[inside.end - 1]
        if word in _members():  # `the Democrat`, `the top Republican on the panel`
            return True
        is_some = tree.lower[start] in name_words().some_of_many or tree.tags[start] == "CD"
        if inside.end < end:  # `Republicans on the committee`, `Democrats backing her`
            is_some |= tree.lower[inside.end] in ("on", "who") or tree.tags[inside.end] in ("VBG", "VBN")
        is_some |= inside.start > start and tree.tags[inside.start - 1] in _TELLING and word.endswith("s")
        return tree.lower[start] in ONE_OF_MANY or (is_some and word in name_words().party_words)

    def _are_several(self, inside: Span | None, start: int, end: int) -> bool:
        """Return whether a source names another beside the mention: `Ann Smith and Bob Jones`, `Hale and his lawyer, Carl Hunt`."""
        if inside is None:
            return False
        tree, named = self.tree, self.patterns.named_labels
        own = tree.top(inside.start, inside.end)
        others = {tree.ents[i] for i in range(start, end) if i in tree.ents}
        tops = [
            tree.top(ent.start, ent.end)
            for ent in (tree.mentions[n] for n in sorted(others))
            if ent != inside and ent.label_ in named
        ]
        return any(_is_joined(tree, top, own) for top in tops)

    def _are_two(self, start: int, end: int) -> bool:
        """Return whether a description is of two: `the president and the premier`, but not `the president and chief executive`."""
        tree, top = self.tree, self.tree.top(start, end)
        # `the premier, minister for ports and minister for trade`
        nouns = top, *tree.children(top, "appos")
        others = [kid for noun in nouns for kid in tree.children(noun, "conj") if kid < end]
        return any(kid in tree.ents or tree.tags[tree.left[kid]] in ("DT", "PRP") for kid in others)

    def _of_party(self, start: int, end: int) -> Span | None:
        """Return the person of `the Maine Republican`."""
        if self.tree.lower[start] not in _DEMONSTRATIVES:
            return None
        word, place = self.tree.lower[end - 1], self.people.place_before(end - 1)
        person = self.people.seats.of_party(word, place, self.tree.starts[start])
        return None if person is None else self._mention(person, start)

    def _names_nobody(self, start: int, end: int) -> bool:
        """Return whether a source is a pronoun or a description: `the firm`, `the German firm`."""
        inside = {self.tree.ents[i] for i in range(start, end) if i in self.tree.ents}
        return all(self.tree.mentions[n].label_ in _MODIFIERS for n in inside)

    def person_at(self, mention: str) -> int | None:
        """Return the number of the person whom a mention (`start:end`, characters) names, or None."""
        start, end = map(int, mention.split(":"))
        number = self.tree.ents.get(self.tree.tokens_of(start, end)[0])
        return None if number is None else self.people.person_of.get(number)

    def _antecedent(
        self, start: int, end: int, content: Sequence[Spread], without: int | None = None
    ) -> Span | None:
        """Return the mention that a pronoun, `the firm` or `the minister` stands for, or None.

        Args:
            content: Ranges of tokens in which the antecedent is not looked for.
        """
        tree, word = self.tree, self.tree.lower[start]
        if end - start == 1:
            return self._of_pronoun(start, content, without)
        top = tree.top(start, end)
        if tree.lemmas[top] in self.patterns.spokes_heads:
            return self._voiced_body(top, content)
        is_short = word in _DEMONSTRATIVES and end - start <= SHORT
        if tree.lemmas[top] in self.patterns.issued:
            return self._published(top) if is_short else None
        if tree.tags[top] in PLURALS:
            return None  # `the two leaders`
        is_titled = word in _DEMONSTRATIVES and usual_title(tree.lemmas[top]) is not None
        if is_titled and (end - start <= SHORT or self.people.place_before(top)):
            return self._described(top, start)
        return self._described_body(start, end, content) if is_short else None

    def _of_pronoun(self, index: int, content: Sequence[Spread], without: int | None) -> Span | None:
        """Return the person or the body of a pronoun."""
        word = self.tree.lower[index]
        if word in PRONOUNS:
            return self._meant_by(index, content, without)
        return self._body(self._meant_by_it(index, content)) if word == "it" else None

    def _meant_by_it(self, index: int, content: Sequence[Spread]) -> int | None:
        """Return the body of `it`; None where that may be as well what the words before it are about: `Orbis has ten sites, it says`."""
        found, tree = self.bodies.meant_by(index, content), self.tree
        first, end = content[0] if content else (index, index)
        inserted = end > index or tree.sents[first] != tree.sents[index] or self.quotes.at(first) is not None
        subject = None if inserted else tree.subject(tree.top(first, end))
        other = None if subject is None else tree.ents.get(subject)
        if other is None or tree.mentions[other].label_ not in self.patterns.organisation_labels:
            return found
        if tree.lemmas[tree.heads[index]] in _TOLD_BY_BODY:
            return other
        return found if found is not None and self.bodies.are_one(found, other) else None

    def _voiced_body(self, top: int, content: Sequence[Spread]) -> Span | None:
        """Return the body whose spokesman somebody is: `its spokesman`, `a company spokesman`, `a spokesman for the firm`."""
        tree = self.tree
        behind = (tree.child(kid, "pobj") for kid in tree.children(top, "prep"))
        for body in (*tree.children(top, "poss", "compound", "nmod"), *behind):
            if body is None:
                continue
            if tree.lower[body] == "its":
                return self._body(self.bodies.meant_by(body, content))
            if tree.lemmas[body] in self.patterns.body_heads:
                found = self.bodies.described(body, content)
                return self._body(self.bodies.only_one(body) if found is None else found)
        return self._voiced_before(top) if tree.lower[tree.left[top]] == "the" else None

    def _voiced_before(self, top: int) -> Span | None:
        """Return the body whose spokesman `the spokesman` is: that of all before, if there is one only."""
        before = self._voiced[: bisect_right([i for i, _ in self._voiced], top - 1)]
        bodies = {body.text if body is not None else "" for _, body in before}
        return before[-1][1] if len(bodies) == 1 else None

    @cached_property
    def _voiced(self) -> Sequence[tuple[int, Span | None]]:
        """The spokesmen whose body the text names beside them or not, but not `the spokesman`, with the body."""
        tree, found = self.tree, []
        for i, lemma in enumerate(tree.lemmas):
            if lemma in self.patterns.spokes_heads:
                start, end = tree.left[i], tree.right[i] + 1
                body = _spoken_for(tree, _named_in(tree, start, end, self.patterns), i, self.patterns)
                if body is not None or tree.lower[start:end] != ["the", tree.lower[i]]:
                    found.append((i, body))
        return found

    def _published(self, top: int) -> Span | None:
        """Return who issued `the report`: who issued the one before, if that is clear."""
        issuers: dict[str, Span] = {}
        for paper, issuer in self._papers.get(_kind_of_paper(self.tree.lemmas[top]), ()):
            if paper >= top:
                break
            if issuer is None:  # `a report`: of somebody else, or nobody knows
                return None
            issuers[issuer.text] = issuer
        return only(issuers.values())

    @cached_property
    def _papers(self) -> Mapping[str, Sequence[tuple[int, Span | None]]]:
        """The papers that the text brings in, by their kind, each with who issued it."""
        tree, found = self.tree, defaultdict[str, list[tuple[int, Span | None]]](list)
        for i, lemma in enumerate(tree.lemmas):
            if lemma not in self.patterns.issued or not tree.tags[i].startswith("NN"):
                continue
            ents = _named_in(tree, tree.left[i], tree.right[i] + 1, self.patterns)
            issuer = _issuer(tree, ents, i, self.patterns) or _publisher(tree, i, self.patterns)
            if issuer is not None or tree.lower[tree.left[i]] in ONE_OF_MANY:
                found[_kind_of_paper(lemma)].append((i, issuer))
        return found

    def _meant_by(self, index: int, content: Sequence[Spread], without: int | None) -> Span | None:
        """Return the person of `he` or `she`; in words of nobody known anybody may be meant."""
        if self.quotes.at(index) is not None and index not in self.speakers:
            return None
        person = self.people.meant_by(index, content, self.speakers.get(index, without))
        return None if person is None else self._mention(person, index)

    def _described_body(self, start: int, end: int, content: Sequence[Spread]) -> Span | None:
        """Return the body of `the firm`, `the Company`, `the German firm`."""
        tree, top = self.tree, self.tree.top(start, end)
        if tree.lower[top - 1 : top + 1] in CENTRAL:
            return self._body(self.bodies.central_bank(top))
        found = self.bodies.defined.get(tree.doc[top].text)
        if found is None and tree.doc[top].text.istitle():
            return self._body(self.bodies.named_by(top))  # `The Paper` is a name
        if found is None and not any(i in tree.ents for i in range(start, end)):
            found = self.bodies.described(top, content)
        if found is None:
            found = self.bodies.only_one(top)
        return self._body(found)

    def _body(self, number: int | None) -> Span | None:
        return None if number is None else self.tree.mentions[number]

    def _described(self, top: int, start: int) -> Span | None:
        person = self.people.described(top)
        return None if person is None else self._mention(person, start)

    def _mention(self, person: int, before: int) -> Span | None:
        number = self.people.mention_of(person, before)
        return None if number is None else self.tree.mentions[number]

    def issuer(self, index: int) -> Span | None:
        """Return who says `we` outside a quotation: the body whose statement or release it is."""
        tree = self.tree
        own = next((n for n, s in enumerate(tree.sections) if s.start <= index < s.end), None)
        # After a byline `we` is the writer, whatever body the title names.
        if own is None or any(section.label_ == "byline" for section in tree.sections):
            return None
        heads = [tree.sections[own]]
        for section in reversed(tree.sections[:own]):
            if section.label_ in HEADLINES:
                heads = [section]
                break
        found = self._only_body(heads[0]) if heads[0].label_ in HEADLINES else None
        titles = [section for section in tree.sections if section.label_ in HEADLINES][:1]
        return found or (self._only_body(titles[0]) if titles else None)

    def asked(self, index: int) -> Span | None:
        """Return who answers in an interview: the only person of the title or of what stands before the first answer."""
        starts, ends, person = self._answers
        near = bisect_right(starts, index) - 1
        return person if near >= 0 and index < ends[near] else None

    @cached_property
    def _answers(self) -> tuple[list[int], list[int], Span | None]:
        """Where answers start and end, and who gives them; found once, since an interview may have thousands."""
        tree = self.tree
        answers = [section for section in tree.sections if _ANSWER.match(tree.text, section.start_char)]
        # One line that begins with `A:` is an answer; a word in capitals before a colon may be a label.
        lettered = any(tree.lower[section.start] in _ANSWERS for section in answers)
        if not answers or (len(answers) < 2 and not lettered):
            return [], [], None
        persons: dict[int, int] = {}
        for number, person in self.people.person_of.items():
            if tree.mentions[number].start < answers[0].start:
                persons.setdefault(person, number)
        found = tree.mentions[next(iter(persons.values()))] if len(persons) == 1 else None
        return [section.start for section in answers], [section.end for section in answers], found

    def _only_body(self, section: Span) -> Span | None:
        labels = self.patterns.organisation_labels
        inside = [ent for ent in self.tree.mentions if section.start <= ent.start < section.end]
        bodies = [ent for ent in inside if ent.label_ in labels]
        if any(ent.label_ in self.patterns.person_labels for ent in inside):
            return None  # a person's line, as in a record of a debate
        return bodies[0] if len({ent.text for ent in bodies}) == 1 else None


def _with_speaker(namer: Antecedents, claim: ClaimData, claims: Sequence[ClaimData]) -> ClaimData:
    """Return a claim of `I` or `we` with the entity of whoever's words it stands in."""
    label = claim["source"] or claim["cue"]  # `A.` is one token, which is its own sign
    if claim["source_entity"] is not None or label is None:
        return claim
    start, end = namer.tree.tokens_of(*label)
    if claim["cue_lemma"] in _SIGNS and namer.tree.lower[start] in _ANSWERS:
        return _with_entity(claim, _written(namer.asked(start)))
    if claim["source"] is None:
        return claim
    if end - start != 1 or namer.tree.lower[start] not in FIRST_PERSON:
        return claim
    if namer.quotes.at(start) is not None:
        return _with_entity(claim, _speaker_around(namer, start, claim, claims))
    speaker = namer.asked(start)
    if speaker is None and namer.tree.lower[start] in _SEVERAL:
        speaker = namer.issuer(start)
    return _with_entity(claim, _written(speaker))


def _speaker_around(
    namer: Antecedents, index: int, claim: ClaimData, claims: Sequence[ClaimData]
) -> str | None:
    """Return the entity of the claim whose words hold a token, else of one with words in the same quotation."""
    tree = namer.tree
    at = tree.starts[index]
    around = [
        other
        for other in claims
        if other is not claim
        and any(a <= at < b for a, b in other["content"])
        and (other["source_entity"] or namer.is_of_several(other))
    ]
    if around:  # neither of two who speak together is `we` alone
        return min(around, key=lambda other: sum(b - a for a, b in other["content"]))["source_entity"]
    quotation = namer.quotes.at(index)
    entities = {
        other["source_entity"]
        for other in claims
        if other is not claim and other["source_entity"]
        for a, _ in other["content"]
        if namer.quotes.at(tree.tokens_of(a, a + 1)[0]) == quotation
    }
    return only(entities)


def _is_joined(tree: Tree, top: int, to: int) -> bool:
    """Return whether a noun is coordinated with another: `Ann Smith and Bob Jones`, `Hale and his lawyer, Carl Hunt`."""
    joined = False
    while top != to and tree.deps[top] in {"appos", "conj"}:
        joined |= tree.deps[top] == "conj"
        top = tree.heads[top]
    return joined and top == to


def _mention_in(tree: Tree, start: int, end: int, patterns: Patterns) -> Span | None:
    """Return the mention that the head of the source names, or that it speaks for (`a Treasury official`); never a mere modifier."""
    top = tree.top(start, end)
    ents = _named_in(tree, start, end, patterns)
    head = _head_mention(ents, top)
    if head is not None and head.label_ == "OFFICE":
        return _holder(tree, ents, top, patterns) or _apposed_holder(tree, start, end, patterns) or head
    if head is not None:
        return None if _is_end_of_name(tree, head, start, patterns) else head
    spoken = _issuer(tree, ents, top, patterns) or _behind_noun(tree, ents, start, end, patterns)
    if tree.tags[top] == "NNS":  # `Thugs loyal to the mayor, Ana Moll,` are not she
        return spoken
    called = _same_person(tree, ents, top, patterns) or _closing_name(tree, ents, start, end, patterns)
    return called or spoken or _apposed(tree, start, end, patterns)


def _apposed(tree: Tree, start: int, end: int, patterns: Patterns) -> Span | None:
    """Return the name in apposition right after a source: `One of the largest dealers | , Orbis Motors,`."""
    number = tree.ents.get(end + 1) if tree.lower[end : end + 1] == [","] else None
    if number is None:
        return None
    name, top = tree.mentions[number], tree.top(start, end)
    if name.label_ in patterns.organisation_labels and usual_title(tree.lemmas[top]):
        # `The chairman | , Harbour Board (HB), Ada Moll,`
        return _holder(tree, tree.mentions[number + 1 : number + 4], top, patterns)
    root = tree.top(name.start, name.end)
    is_name = name.label_ in patterns.named_labels and name.label_ not in PLACES
    if tree.child(root, "conj") is not None:
        return None  # `two members, Ann Hale and Carl Hunt,`
    is_apposed = tree.deps[root] == "appos" and start <= tree.heads[root] < end
    return name if is_name and (is_apposed or _noun_over(tree, name, top) == top) else None


def _apposed_holder(tree: Tree, start: int, end: int, patterns: Patterns) -> Span | None:
    """Return the person behind an office and a comma."""
    name = _apposed(tree, start, end, patterns)
    return name if name is not None and name.label_ in patterns.person_labels else None


def _holder(tree: Tree, ents: Sequence[Span], top: int, patterns: Patterns) -> Span | None:
    """Return the first person who is told to be what a noun says."""
    people = (ent for ent in ents if ent.label_ in patterns.person_labels)
    return next((ent for ent in people if _noun_over(tree, ent, top) == top), None)


def _noun_over(tree: Tree, name: Span, top: int) -> int:
    """Return the noun that a name tells of, also behind another name or before letters: `the chairman, Dairy Board, Ada Moll SAN`."""
    at = tree.top(name.start, name.end)
    while at > top and tree.deps[at] in {"appos", "compound"}:
        at = tree.heads[at]
    return at


def _head_mention(ents: Sequence[Span], top: int) -> Span | None:
    """Return the mention that the head of a source is in; for a title the name after it, if there is one."""
    head = next((ent for ent in ents if ent.start <= top < ent.end), None)
    if head is None or head.label_ != "OFFICE":
        return head
    # `trade minister Don Farrell and foreign minister Penny Wong`: the parser may take the title for the head.
    return next((ent for ent in ents if ent.start == head.end), head)


def _behind_noun(tree: Tree, ents: Sequence[Span], start: int, end: int, patterns: Patterns) -> Span | None:
    """Return the mention that a common noun speaks for, describes or stands with."""
    top = tree.top(start, end)
    if tree.lemmas[top] in patterns.voices:
        return _spoken_for(tree, ents, top, patterns)
    return _of_kind(tree, ents, start, top, patterns)


def _closing_name(tree: Tree, ents: Sequence[Span], start: int, end: int, patterns: Patterns) -> Span | None:
    """Return the name that closes a source, whose other words say what its bearer is: `the state news agency Xinhua`, `his successor Ms Hale`."""
    last = ents[-1] if ents and ents[-1].end == end else None
    if last is None or last.label_ not in patterns.named_labels or last.label_ in PLACES:
        return None
    others = {i for ent in ents[:-1] if ent.label_ != "OFFICE" for i in range(ent.start, ent.end)}
    at = last.start - 1
    while at > start and tree.lower[at] in patterns.honorifics:
        at -= 1
    is_called = at >= start and at not in others and _is_calling(tree, start, at, last, others)
    return last if is_called else None


def _is_calling(tree: Tree, start: int, at: int, name: Span, others: Container[int]) -> bool:
    """Tell whether the words from `start` to `at` say what the bearer of the name after them is."""
    if tree.lower[at] == ",":  # `one of the largest dealers, Orbis Motors`
        root = tree.top(name.start, name.end)
        told = tree.heads[root]
        # `Hale's lawyer in Canada, Ann Orr`: the parser may have it that Canada is somebody.
        is_place = told in tree.ents and tree.mentions[tree.ents[told]].label_ in PLACES
        return tree.deps[root] == "appos" and (is_place or told == tree.top(start, name.end))
    if tree.lower[at] in _NAMING:  # `a student named Wong`
        return tree.tags[at - 1] in SINGULARS
    return tree.tags[at] in SINGULARS and all(_may_call(tree, i, others) for i in range(start, at + 1))


def _may_call(tree: Tree, i: int, others: Container[int]) -> bool:
    """Return whether a word may stand before the name of whom it says something, and does not join another to it."""
    if tree.tags[i] == "CC":
        return i - 1 not in others and tree.tags[i - 1] in SINGULARS and tree.tags[i + 1] != "DT"
    return tree.tags[i] in _BEFORE_NAME


def _issuer(tree: Tree, ents: Sequence[Span], top: int, patterns: Patterns) -> Span | None:
    """Return the one mention whose words a paper has: `data from the Treasury`, `a report released by Orbis`."""
    if tree.lemmas[top] not in patterns.issued:
        return None
    return only([ent for ent in ents if ent.label_ not in PLACES and _is_issuer(tree, ent, top, patterns)])


def _publisher(tree: Tree, paper: int, patterns: Patterns) -> Span | None:
    """Return the body that does what publishes a paper: `The Treasury released a report`, `In a report, the Treasury said`."""
    verb, deps = tree.heads[paper], tree.deps[paper]
    if deps == "pobj" and tree.lower[verb] == "in" and tree.lower[tree.left[paper]] in ONE_OF_MANY:
        verb = tree.heads[verb]
    elif deps != "dobj" or tree.lemmas[verb] not in patterns.writing:
        return None
    subject = tree.subject(verb) if tree.tags[verb] in FINITE else None
    number = None if subject is None else tree.ents.get(subject)
    if number is None or tree.mentions[number].label_ not in patterns.organisation_labels:
        return None
    return tree.mentions[number]


def _kind_of_paper(lemma: str) -> str:
    return _SAME_PAPER.get(lemma, lemma)


def _is_issuer(tree: Tree, ent: Span, top: int, patterns: Patterns) -> bool:
    """Tell whether a mention owns a paper or stands after it as who published it."""
    root = tree.top(ent.start, ent.end)
    head = tree.heads[root]
    if tree.deps[root] == "poss":
        return head == top
    if tree.deps[root] == "compound":  # `a Huawei report` may be one about the firm
        is_public = ent.label_ in patterns.organisation_labels - patterns.company_labels
        return head == top and ent.end == top and is_public
    publishing = ("by", "from", "of") if tree.lemmas[top] == "website" else ("by", "from")
    if tree.deps[root] != "pobj" or tree.lower[head] not in publishing:
        return False
    paper = tree.heads[head]
    is_published = tree.deps[paper] == "acl" and tree.lemmas[paper] in patterns.writing
    return top == (tree.heads[paper] if is_published else paper)


def _same_person(tree: Tree, ents: Sequence[Span], top: int, patterns: Patterns) -> Span | None:
    """Return the only person of a source, where its head is a title of his."""
    people = [ent for ent in ents if ent.label_ in patterns.person_labels]
    return people[0] if len(people) == 1 and _is_same_person(tree, people[0], top) else None


def _named_in(tree: Tree, start: int, end: int, patterns: Patterns) -> list[Span]:
    """Return the mentions of persons, bodies, places and offices in a source; not whom somebody is only for or against."""
    numbers = sorted({tree.ents[i] for i in range(start, end) if i in tree.ents})
    ents = [tree.mentions[n] for n in numbers]
    named = [ent for ent in ents if ent.label_ == "OFFICE" or ent.label_ in patterns.named_labels]
    # `an anti-Trump PAC`
    return [ent for ent in named if tree.lower[max(ent.start - 2, 0) : ent.start] not in _SIDES]


def _is_same_person(tree: Tree, person: Span, top: int) -> bool:
    """Return whether the head of a source is a title of the person, and no clause on it names him: `Hacker who robbed Clinton`."""
    told_of = any(tree.tags[i] in RELATIVES for i in range(top, person.start))
    return (tree.tags[top].startswith("NNP") and not told_of) or _is_called(tree, person, top)


def _is_end_of_name(tree: Tree, head: Span, start: int, patterns: Patterns) -> bool:
    """Return whether a place closes a longer name that is not a mention: `Business Leadership South Africa`, `Hikvision UK`."""
    before = head.start - 1
    if head.label_ != "GPE" or before < start or not tree.tags[before].startswith("NNP"):
        return False
    number = tree.ents.get(before)
    return number is None or tree.mentions[number].label_ in patterns.organisation_labels


def _of_kind(tree: Tree, ents: Sequence[Span], start: int, top: int, patterns: Patterns) -> Span | None:
    """Return the company after whose name the text says what it is (`the Ryanair airline`, `Wells Fargo's Wachovia unit`); not `a Google company`."""
    own = next(
        (ent for ent in ents if ent.end in (top, top - 1) and ent.label_ in patterns.company_labels), None
    )
    if own is None or tree.lower[start] in ONE_OF_MANY or (own.end < top and tree.lower[own.end] != "news"):
        return None
    if tree.lemmas[top] in patterns.company_heads | patterns.organisation_heads:
        return own
    is_owned = own.start > 0 and tree.tags[own.start - 1] == "POS"
    return own if is_owned and tree.lemmas[top] in identity_words().units else None


def _is_called(tree: Tree, person: Span, top: int) -> bool:
    """Return whether a name stands in apposition: `a spokesman for the firm, Harish Polimera`."""
    root = tree.top(person.start, person.end)
    if tree.deps[root] != "appos":
        return False
    if is_called(tree, top, (person.start, person.end)):
        return True
    return (person.start == 0 or tree.lower[person.start - 1] == ",") and tree.inside(root, top)


def _spoken_for(tree: Tree, ents: Sequence[Span], top: int, patterns: Patterns) -> Span | None:
    """Return the one mention whose voice the head of a source is."""
    # `Hale officials` serve in what bears the name; whom they speak for it does not say.
    speaks = tree.lemmas[top] not in _SERVING
    owners = [
        ent for ent in ents if _owns(tree, ent, top) and (speaks or ent.label_ not in patterns.person_labels)
    ]
    return owners[0] if len(owners) == 1 and not _is_of_party(tree, owners[0], top, patterns) else None


def _is_of_party(tree: Tree, ent: Span, top: int, patterns: Patterns) -> bool:
    """Return whether a source is somebody of a party rather than its voice: `a Republican source`, but not `a Labour spokesman`."""
    is_voice = tree.lemmas[top] in patterns.spokes_heads or tree.lemmas[top] == "statement"
    is_party = tree.lower[ent.end - 1] in name_words().party_words or ent.kb_id_.endswith("-party")
    return not is_voice and is_party


def _owns(tree: Tree, ent: Span, top: int) -> bool:
    """Return whether a mention says whose voice the head is: `a Treasury official`, `Huawei's lawyers`, `a spokesman for Dahua`."""
    root = tree.top(ent.start, ent.end)
    if tree.deps[root] == "pobj" and tree.lower[tree.heads[root]] in _VOICE_PREPOSITIONS:
        root = tree.heads[root]
    return tree.heads[root] == top and root != top
