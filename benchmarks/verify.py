"""How well drafts are verified: `python benchmarks/verify.py CORPORA TABLES [--only PART ...] [--show N]`.

CORPORA is a folder of corpora with `world/articles.jsonl`, `polnear/dev.jsonl`, `polnear/train.jsonl` and `identity/*.jsonl`; TABLES has the tables of
the articles in the folder that `--raw FOLDER` writes from them (and then stops). Nothing of the corpora is kept anywhere else.

The drafts are made here, by templates and a fixed seed, from the quotations of the articles and from their claims. What is measured does not come from
the pipeline where that can be avoided: quotations are found by a pattern, sentences with and without a source by the marks of PolNeAR.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_news.core.settings import Settings
from policy_news.drafts.draft_verifier import verify_draft, verify_quotation
from policy_news.drafts.finding import DraftFinding
from policy_news.drafts.pile import Pile, open_pile
from policy_news.run.runner import run_all
from policy_news.tables.parquet import read_table

CORPORA = {
    "w": "world/articles.jsonl",
    "p": "polnear/dev.jsonl",
    "i": "identity/newswcl50_dev.jsonl",
}
OUTSIDE = "polnear/train.jsonl"
QUOTE = re.compile(r"(?<!\w)[“\"]([^“”\"\n]{30,260})[”\"](?!\w)")
SENTENCE = re.compile(r"[A-Z][^.!?\n]{40,220}[.!?](?=\s|$)")
SAID = (
    "{speaker} said: “{quote}”", "“{quote},” {speaker} said.", "“{quote},” said {speaker}.", "According to {speaker}, “{quote}”.",
    "{speaker} told reporters that “{quote}”.", "{speaker} added: “{quote}”.", "“{quote},” {speaker} told the committee.",
)  # fmt: skip
NOBODY = (
    "One line reads: “{quote}”.",
    "“{quote}” That was the line of the day.",
    "There was also this: “{quote}”.",
)
FILLERS = (
    "The week was a busy one for those who follow the matter.", "Much of it had been expected.", "What follows is a summary.",
    "Readers will know the background.", "The rest of the day was quiet.",
)  # fmt: skip
SYNONYMS = dict(
    pair.split("=")
    for pair in [
        "big=large",
        "large=big",
        "small=little",
        "start=begin",
        "begin=start",
        "end=finish",
        "help=aid",
        "aid=help",
        "people=citizens",
        "country=nation",
        "nation=country",
        "money=funds",
        "funds=money",
        "jobs=posts",
        "job=post",
        "war=conflict",
        "conflict=war",
        "attack=assault",
        "say=claim",
        "said=claimed",
        "says=claims",
        "think=believe",
        "believe=think",
        "want=wish",
        "need=require",
        "needs=requires",
        "good=fine",
        "bad=poor",
        "important=vital",
        "strong=firm",
        "clear=plain",
        "great=grand",
        "new=fresh",
        "old=former",
        "quickly=fast",
        "very=extremely",
        "many=numerous",
        "few=several",
        "million=billion",
        "billion=million",
        "always=often",
        "often=always",
        "never=seldom",
        "all=most",
        "most=all",
        "some=many",
        "only=just",
        "best=finest",
        "worst=poorest",
        "first=second",
        "year=month",
        "years=months",
        "month=week",
        "day=week",
        "week=month",
        "today=yesterday",
        "government=administration",
        "administration=government",
        "president=leader",
        "leader=president",
        "minister=secretary",
        "law=rule",
        "laws=rules",
        "plan=scheme",
        "deal=accord",
        "talks=negotiations",
        "kill=murder",
        "killed=murdered",
        "stop=halt",
        "keep=hold",
        "make=create",
        "made=created",
        "give=offer",
        "gave=offered",
        "take=seize",
        "took=seized",
        "show=prove",
        "shows=proves",
        "use=employ",
        "used=employed",
        "work=labour",
        "working=labouring",
        "support=back",
        "supports=backs",
        "right=correct",
        "wrong=mistaken",
        "true=accurate",
        "false=untrue",
        "hard=difficult",
        "easy=simple",
        "family=household",
        "children=kids",
        "women=ladies",
        "men=fellows",
        "city=town",
        "state=land",
        "states=lands",
        "world=globe",
        "power=might",
        "change=shift",
        "problem=trouble",
        "issue=question",
        "happen=occur",
        "happened=occurred",
        "call=name",
        "called=named",
        "ask=request",
        "asked=requested",
        "try=attempt",
        "trying=attempting",
        "fight=struggle",
        "win=triumph",
        "lose=forfeit",
        "buy=purchase",
        "sell=market",
        "pay=settle",
        "cost=price",
        "costs=prices",
        "increase=raise",
        "increased=raised",
        "cut=reduce",
        "tax=levy",
        "taxes=levies",
        "border=frontier",
        "weapons=arms",
        "arms=weapons",
        "police=officers",
        "court=tribunal",
        "vote=ballot",
        "votes=ballots",
        "campaign=race",
        "election=poll",
        "party=group",
        "members=partners",
        "public=common",
        "private=personal",
        "safe=secure",
        "security=safety",
    ]
)
TENSES = dict(
    pair.split("=")
    for pair in [
        "is=was",
        "was=is",
        "are=were",
        "were=are",
        "has=had",
        "have=had",
        "had=has",
        "will=would",
        "would=will",
        "can=could",
        "could=can",
        "does=did",
        "do=did",
        "did=do",
        "may=might",
        "says=said",
        "going=gone",
        "want=wanted",
        "need=needed",
        "know=knew",
        "think=thought",
    ]
)
AUXILIARIES = frozenset(
    "is was are were has have had will would can could does do did should must may".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Item:
    """One thing that a draft says."""

    text: str
    part: str
    expected: str
    sentence: str
    origin: str = ""


def read_corpora(folder: Path) -> Iterator[dict[str, Any]]:
    for prefix, name in CORPORA.items():
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield {**row, "id": f"{prefix}-{row.get('id') or row['doc']}"}


def write_raw(corpora: Path, raw: Path) -> None:
    raw.mkdir(parents=True, exist_ok=True)
    with (raw / "pile.jsonl").open("w", encoding="utf-8") as file:
        for row in read_corpora(corpora):
            kept = {key: row[key] for key in ("id", "title", "published", "text") if row.get(key)}
            file.write(json.dumps(kept) + "\n")


def plain(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))


class Maker:
    """Makes altered quotations."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def alter(self, quote: str) -> str:
        """The quotation with one to three changes."""
        words = quote.split()
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            edits = [self._negate, self._number, self._tense, self._synonym, self._swap, self._drop]
            self.rng.shuffle(edits)
            for edit in edits:
                changed = edit(words)
                if changed is not None and plain(" ".join(changed)) != plain(" ".join(words)):
                    words = changed
                    break
        return " ".join(words)

    def _places(self, words: Sequence[str], wanted: Callable[[str], bool]) -> int | None:
        found = [i for i, word in enumerate(words) if wanted(word.strip(".,;:").lower())]
        return self.rng.choice(found) if found else None

    def _negate(self, words: list[str]) -> list[str] | None:
        at = self._places(words, lambda word: word in {"not", "never"})
        if at is not None:
            return words[:at] + words[at + 1 :]
        at = self._places(words, AUXILIARIES.__contains__)
        return None if at is None else [*words[: at + 1], "not", *words[at + 1 :]]

    def _number(self, words: list[str]) -> list[str] | None:
        at = self._places(words, str.isdigit)
        return (
            None
            if at is None
            else self._put(words, at, str(int(words[at].strip(".,;:")) + self.rng.randint(1, 9)))
        )

    def _tense(self, words: list[str]) -> list[str] | None:
        return self._replace(words, TENSES)

    def _synonym(self, words: list[str]) -> list[str] | None:
        return self._replace(words, SYNONYMS)

    def _replace(self, words: list[str], table: dict[str, str]) -> list[str] | None:
        at = self._places(words, table.__contains__)
        return None if at is None else self._put(words, at, table[words[at].strip(".,;:").lower()])

    def _put(self, words: list[str], at: int, word: str) -> list[str]:
        tail = words[at][len(words[at].rstrip(".,;:")) :]
        return [*words[:at], word + tail, *words[at + 1 :]]

    def _swap(self, words: list[str]) -> list[str] | None:
        if len(words) < 6:
            return None
        at = self.rng.randrange(1, len(words) - 2)
        return [*words[:at], words[at + 1], words[at], *words[at + 2 :]]

    def _drop(self, words: list[str]) -> list[str] | None:
        if len(words) < 12:
            return None
        at, count = self.rng.randrange(3, len(words) - 7), self.rng.randint(3, 6)
        return words[:at] + words[at + count :]


def find_quotes(text: str) -> list[str]:
    found = (match[1].strip(" ,.") for match in QUOTE.finditer(text))
    return [
        quote
        for quote in found
        if 6 <= len(quote.split()) <= 40 and "..." not in quote and "…" not in quote and "[" not in quote
    ]


def quotation_items(corpora: Path, out: Path, count: int) -> list[Item]:  # noqa: C901 - one way to spoil after the other
    rng, maker = random.Random(1), Maker(2)
    texts = {row["id"]: row["text"] for row in read_corpora(corpora)}
    claims = read_table(out, "claims").to_pylist()
    names = {row["entity_id"]: row for row in read_table(out, "entities").to_pylist()}
    persons = {
        key for key, row in names.items() if row["label"] in {"PERSON", "MINISTER"} and " " in row["name"]
    }
    spoken: dict[str, list[dict[str, Any]]] = {}
    for claim in claims:
        if claim["kept"]:
            spoken.setdefault(claim["doc_id"], []).append(claim)
    pool = sorted({(doc, quote) for doc, text in texts.items() for quote in find_quotes(text)})
    rng.shuffle(pool)
    outside = sorted(
        {
            quote
            for line in (corpora / OUTSIDE).read_text(encoding="utf-8").splitlines()
            for quote in find_quotes(json.loads(line)["text"])
        }
    )
    everything = " ".join(" ".join(plain(text)) for text in texts.values())
    outside = [quote for quote in outside if " ".join(plain(quote)[:6]) not in everything]
    rng.shuffle(outside)
    kinds = ["altered"] * 5 + ["exact"] * 2 + ["other_speaker", "spliced", "not_found"]
    items = []
    speakers = sorted(
        {
            claim["source_entity_id"]
            for own in spoken.values()
            for claim in own
            if claim["source_entity_id"] in persons
        }
    )
    while len(items) < count:
        kind = kinds[len(items) % len(kinds)]
        doc, quote = pool.pop()
        entity = speaker_of(texts[doc], quote, spoken.get(doc, ()))
        name = names[entity]["name"] if entity in names else None
        if kind == "altered":
            quote, before = maker.alter(quote), quote
            if plain(quote) == plain(before):
                continue
        elif kind == "exact":
            quote = typography(quote, rng)
        elif kind == "other_speaker":
            if entity not in persons:
                continue
            near = sorted(
                {one["source_entity_id"] for one in spoken[doc] if one["source_entity_id"] in persons}
                - {entity}
            )
            other = rng.choice(near if near and rng.random() < 0.5 else speakers)
            if set(plain(names[other]["name"])) & set(plain(str(name))):
                continue
            name = names[other]["name"]
        elif kind == "spliced":
            _, other_quote = pool.pop()
            first, second = quote.split(), other_quote.split()
            quote = " ".join([*first[: max(5, len(first) // 2)], *second[-max(5, len(second) // 2) :]])
        else:
            quote, name = outside.pop(), names[rng.choice(speakers)]["name"]
        template = rng.choice(SAID if name else NOBODY)
        items.append(Item(quote, "quotation", kind, template.format(quote=quote, speaker=name), doc))
    return items


def speaker_of(text: str, quote: str, claims: Sequence[dict[str, Any]]) -> str | None:
    start = text.find(quote)
    best, most = None, 0
    for claim in claims:
        shared = sum(
            max(0, min(start + len(quote), span["end"]) - max(start, span["start"]))
            for span in claim["content_spans"]
        )
        if shared > most:
            best, most = claim["source_entity_id"], shared
    return best


def typography(quote: str, rng: random.Random) -> str:
    """The quotation as a careful writer has it: the case of its first letter, or words left out with a mark."""
    words = quote.split()
    if rng.random() < 0.3 and len(words) > 12:
        at = rng.randrange(4, len(words) - 6)
        return " ".join([*words[:at], rng.choice(("...", "[...]", "…")), *words[at + 2 :]])
    if rng.random() < 0.3:
        return quote[0].swapcase() + quote[1:]
    return quote.replace("'", "’") if rng.random() < 0.5 else quote.replace("’", "'")


def make_drafts(items: Sequence[Item], size: int) -> Iterator[tuple[str, list[tuple[int, int, Item]]]]:
    rng = random.Random(3)
    for first in range(0, len(items), size):
        text, places = "The week in brief\n\n30 September 2024\n\n", []
        for item in items[first : first + size]:
            at = len(text) + item.sentence.find(item.text)
            places.append((at, at + len(item.text), item))
            text += f"{item.sentence} {rng.choice(FILLERS)}\n\n"
        yield text, places


def verify_items(
    items: Sequence[Item], pile: Pile, size: int = 10
) -> Iterator[tuple[Item, list[DraftFinding]]]:
    for text, places in make_drafts(items, size):
        found = verify_draft(text, pile)
        for start, end, item in places:
            yield item, [one for one in found if one.start < end and start < one.end]


def tell(confusion: Counter[tuple[str, str]], shown: list[str], limit: int) -> None:
    for (expected, verdict), count in sorted(confusion.items()):
        print(f"    {expected:<14} {verdict:<16} {count}")
    print("\n".join(shown[:limit]))


def share(confusion: Counter[tuple[str, str]], expected: str, verdict: str) -> str:
    whole = sum(count for (kind, _), count in confusion.items() if kind == expected)
    return f"{confusion[expected, verdict] / max(whole, 1):.3f} ({confusion[expected, verdict]} of {whole})"


def count_verdict(
    confusion: Counter[tuple[str, str]], item: Item, found: Sequence[DraftFinding], kind: str
) -> tuple[str, DraftFinding | None]:
    """Count the verdict of the first finding of a kind beside the expected one; return both."""
    first = next((one for one in found if one.kind == kind), None)
    verdict = first.verdict if first else "none"
    confusion[item.expected, verdict] += 1
    return verdict, first


def measure_quotations(corpora: Path, out: Path, pile: Pile, limit: int) -> None:
    confusion: Counter[tuple[str, str]] = Counter()
    shown = []
    for item, found in verify_items(quotation_items(corpora, out, 600), pile):
        verdict, first = count_verdict(confusion, item, found, "quotation")
        if verdict != item.expected:
            shown.append(f"  {item.expected} called {verdict}: {item.sentence}\n      {first}")
    print("altered found", share(confusion, "altered", "altered"))
    print("exact called altered", share(confusion, "exact", "altered"))
    print("other speaker found", share(confusion, "other_speaker", "other_speaker"))
    print("spliced found", share(confusion, "spliced", "spliced"))
    print("not found found", share(confusion, "not_found", "not_found"))
    tell(confusion, shown, limit)


def measure_masked(corpora: Path, limit: int) -> None:
    """Quotations that run into masks, in articles of which half is masked, in stretches."""
    rng = random.Random(4)
    confusion: Counter[tuple[str, str]] = Counter()
    shown, quotes = [], []
    with tempfile.TemporaryDirectory() as folder:
        raw, out = Path(folder, "raw"), Path(folder, "out")
        raw.mkdir()
        rows = [row for row in read_corpora(corpora) if row["id"].startswith("p-")]
        with (raw / "masked.jsonl").open("w", encoding="utf-8") as file:
            for row in rows:
                text = mask_half(row["text"], rng)
                quotes += [(quote, text[at : at + len(quote)]) for quote, at in placed_quotes(row["text"])]
                file.write(json.dumps({"id": row["id"], "text": text}) + "\n")
        run_all(raw, out, Settings())
        pile = open_pile(out)
        for quote, seen in quotes:
            words = [word.strip(".,;:!?'’") for word in seen.split()]
            hidden = sum("*" in word for word in words)
            if hidden < 3 or len(words) - hidden < 4:
                continue
            found = verify_quotation(quote, pile)
            verdict = found.verdict if found else "none"
            confusion["masked", verdict] += 1
            if verdict != "masked":
                shown.append(f"  {verdict}: {quote}\n      {seen}\n      {found}")
    print("masked found", share(confusion, "masked", "masked"))
    tell(confusion, shown, limit)


def placed_quotes(text: str) -> Iterator[tuple[str, int]]:
    for quote in find_quotes(text):
        at = text.find(quote)
        if at >= 0:
            yield quote, at


def mask_half(text: str, rng: random.Random) -> str:
    """A text in which stretches of words are masked, as many as are not."""
    parts, left, masked = [], rng.randint(20, 40), False
    for part in re.split(r"(\s+)", text):
        if part.strip():
            left -= 1
            if left == 0:
                masked, left = not masked, rng.randint(12, 40)
        parts.append(re.sub(r"\w", "*", part) if masked else part)
    return "".join(parts)


def gold_claims(corpora: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for row in read_corpora(corpora):
        for claim in row.get("claims", ()) if row["id"].startswith("p-") else ():
            yield row, claim


def fact_items(corpora: Path) -> list[Item]:
    """Sentences made from claims without their source, and sentences of the writers."""
    rng, maker = random.Random(5), Maker(6)
    told = []
    for row, claim in gold_claims(corpora):
        for start, end in claim["content"]:
            words = row["text"][start:end].removeprefix("that ").strip("“”\"' ,.")
            if (
                row["text"][start:end].startswith("that ")
                and 6 <= len(words.split()) <= 35
                and not re.search(r"[“”\"\n]", words)
            ):
                told.append((row["id"], words))
    told = sorted(set(told))
    rng.shuffle(told)
    own = []
    for row in read_corpora(corpora):
        if row["id"].startswith("p-"):
            spans = [
                span
                for claim in row["claims"]
                for part in ("source", "cue", "content")
                for span in claim[part]
            ]
            for match in SENTENCE.finditer(row["text"]):
                if not any(
                    start < match.end() and match.start() < end for start, end in spans
                ) and not re.search(r"[“”\"]", match[0]):
                    own.append((row["id"], match[0]))
    own = sorted(set(own))
    rng.shuffle(own)
    items = []
    for number, (doc, words) in enumerate(told[:200]):
        text = words[0].upper() + words[1:]
        text = maker._replace(text.split(), SYNONYMS) or text.split() if number % 2 else text.split()
        sentence = " ".join(text) + "."
        items.append(Item(sentence, "fact", "told_as_fact", sentence, doc))
    for number, (doc, text) in enumerate(own[:200]):
        words = maker._replace(text.split(), SYNONYMS) or text.split() if number % 2 else text.split()
        items.append(Item(" ".join(words), "fact", "none", " ".join(words), doc))
    rng.shuffle(items)
    return items


def measure_facts(corpora: Path, pile: Pile, limit: int) -> None:
    confusion: Counter[tuple[str, str]] = Counter()
    shown = []
    for item, found in verify_items(fact_items(corpora), pile, 20):
        verdict, first = count_verdict(confusion, item, found, "fact")
        if verdict != item.expected:
            places = first.places if first else None
            shown.append(
                f"  {item.expected} called {verdict} ({item.origin}): {item.sentence}\n      {places}"
            )
    right, wrong = confusion["told_as_fact", "told_as_fact"], confusion["none", "told_as_fact"]
    print(
        f"told as fact: precision {right / max(right + wrong, 1):.3f}, recall {share(confusion, 'told_as_fact', 'told_as_fact')}"
    )
    tell(confusion, shown, limit)


def paraphrase(words: Sequence[str], maker: Maker) -> list[str]:
    """Other words for the same: synonyms, another tense, fewer words."""
    told = list(words)
    for _ in range(4):
        told = maker._replace(told, SYNONYMS) or told
    told = maker._tense(told) or told
    told = [word for word in told if not word.lower().strip(",.").endswith("ly")]
    if len(told) > 14:
        told = told[: max(10, len(told) * 2 // 3)]
    return told


def paraphrase_items(out: Path) -> list[Item]:
    rng, maker = random.Random(7), Maker(8)
    names = {
        row["entity_id"]: row["name"]
        for row in read_table(out, "entities").to_pylist()
        if row["label"] in {"PERSON", "MINISTER"}
    }
    pool = [
        row
        for row in read_table(out, "claims").to_pylist()
        if row["kept"] and row["source_entity_id"] in names and row["headline_of"] is None and row["claim_type"] == "statement"
        and 10 <= len((row["content_text"] or "").split()) <= 40 and row["content_text"][0].isalpha() and " ... " not in row["content_text"]
    ]  # fmt: skip
    rng.shuffle(pool)
    items = []
    for row in pool[:150]:
        words = paraphrase(re.sub(r"[“”\"]", "", row["content_text"]).rstrip(".,").split(), maker)
        text = " ".join(words)
        text = (
            text[0].lower() + text[1:]
            if words[0].lower() in {"the", "a", "it", "he", "she", "we", "they", "there", "this"}
            else text
        )
        sentence = f"{names[row['source_entity_id']]} {rng.choice(('said', 'told reporters', 'argued', 'added'))} that {text}."
        items.append(
            Item(text, "paraphrase", row["claim_id"], sentence, row["statement_id"] or row["claim_id"])
        )
    return items


def measure_paraphrases(out: Path, pile: Pile, limit: int) -> None:
    right, shown = 0, []
    spans = {row["claim_id"]: row for row in read_table(out, "claims").to_pylist()}
    items = paraphrase_items(out)
    for item, found in verify_items(items, pile):
        own = [one for one in found if one.kind == "paraphrase"]
        first = own[0].places[0] if own and own[0].places else None
        told = spans.get(first.claim_id or "") if first else None
        wanted = spans[item.expected]
        is_right = told is not None and (
            told["claim_id"] == item.expected or told["statement_id"] == item.origin
            or told["headline_of"] == item.expected
            or (told["doc_id"] == wanted["doc_id"] and told["content_start"] < wanted["content_end"] and wanted["content_start"] < told["content_end"])
        )  # fmt: skip
        right += is_right
        if not is_right:
            shown.append(
                f"  {item.sentence}\n      wanted {wanted['content_text']}\n      found {own[0].verdict if own else None} {first}"
            )
    print(f"paraphrases: right claim first {right / len(items):.3f} of {len(items)}")
    print("\n".join(shown[:limit]))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("corpora", type=Path)
    parser.add_argument("tables", type=Path)
    parser.add_argument("--raw", type=Path, help="write the articles into this folder, and stop")
    parser.add_argument("--only", nargs="*", default=("quotations", "masked", "facts", "paraphrases"))
    parser.add_argument("--show", type=int, default=0, help="so many errors of each kind")
    given = parser.parse_args()
    if given.raw:
        write_raw(given.corpora, given.raw)
        return
    pile = open_pile(given.tables)
    parts: dict[str, Callable[[], None]] = {
        "quotations": lambda: measure_quotations(given.corpora, given.tables, pile, given.show),
        "masked": lambda: measure_masked(given.corpora, given.show),
        "facts": lambda: measure_facts(given.corpora, pile, given.show),
        "paraphrases": lambda: measure_paraphrases(given.tables, pile, given.show),
    }
    for name in given.only:
        parts[name]()


if __name__ == "__main__":
    main()
