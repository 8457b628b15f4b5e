"""Search: does any part of a name, company, address or number find the record?"""

from collections.abc import Callable, Iterator, Sequence
from statistics import median

from tests.quality.metrics import percent
from tests.quality.pages import prose, section, table
from tests.quality.search_index import PAGE, Found, SuffixIndex, WordIndex
from tests.quality.search_queries import Corpus, Wanted, corpus_of_samples, kinds_of_queries


def measure() -> str:
    """The section of the report."""
    corpus = corpus_of_samples()
    texts = corpus.texts()
    ours, naive = SuffixIndex(texts), WordIndex(texts)
    kinds = kinds_of_queries(corpus)
    rows = [_row(name, wanted, ours.find, naive.find) for name, wanted in kinds.items()]
    return section(
        "Search by any part",
        prose(
            f"""{len(texts):,} leads: {len(corpus.persons) + len(corpus.crowd):,} persons (with
            e-mail addresses and telephone numbers made from their other fields),
            {len(corpus.companies)} companies with Latin and {len(corpus.chinese)} with Chinese
            names. A query is a part of one record's text, drawn with a fixed seed, and is answered
            when this record is among the results (`first page`: among the {PAGE} newest). Naive: an
            index of words, found by how they begin."""
        ),
        table(
            (
                *("query", "queries", "found", "naive found", "first page", "median hits"),
                *("index rows read, median and most", "requests, median"),
            ),
            rows,
        ),
        prose(
            """The last two kinds show the limits: two letters that do not begin three are too few,
            and a misspelt name is not found (finding duplicates is another task). A query whose
            words all match more than 2,000 index rows is answered from the first 2,000 and says
            so."""
        ),
        prose("What it costs to keep the index: one write unit for each row when a lead is new."),
        table(("leads", "index rows a lead", "naive"), _costs(corpus)),
    )


def _row(
    name: str,
    wanted: Sequence[Wanted],
    ours: Callable[[str], Found],
    naive: Callable[[str], Found],
) -> tuple[object, ...]:
    answers = [(each.lead, ours(each.query)) for each in wanted]
    found = sum(lead in answer.ids for lead, answer in answers)
    early = sum(lead in answer.ids[:PAGE] for lead, answer in answers)
    naively = sum(each.lead in naive(each.query).ids for each in wanted)
    read = [answer.rows for _, answer in answers]
    return (
        *(name, len(wanted), percent(found, len(wanted)), percent(naively, len(wanted))),
        percent(early, len(wanted)),
        f"{median(len(answer.ids) for _, answer in answers):g}",
        f"{median(read):g}, {max(read):,}",
        f"{median(answer.requests for _, answer in answers):g}",
    )


def _costs(corpus: Corpus) -> Iterator[tuple[object, ...]]:
    names = {"persons": corpus.persons, "companies": corpus.companies, "Chinese": corpus.chinese}
    for name, leads in names.items():
        texts = {each: lead.search_texts() for each, lead in leads.items()}
        ours, naive = (len(index(texts)) for index in (SuffixIndex, WordIndex))
        yield name, f"{ours / len(leads):.1f}", f"{naive / len(leads):.1f}"
