"""The pages and their requests. All handlers run in the single thread of the event loop, so none sees half of a change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import jinja2
from pydantic import Field, TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from policy_news.core.errors import PipelineError
from policy_news.core.messages import first_misfit
from policy_news.decisions.decision_format import (
    Decision,
    DocumentChange,
    DocumentFields,
    Witness,
)
from policy_news.decisions.decisions_file import Numbered
from policy_news.decisions.making import Maker, QuotedDocument
from policy_news.decisions.rows import Rows
from policy_news.outputs.report.render import label_colours
from policy_news.outputs.report.views import View, clean, file_name, label_words, show_share, web_address
from policy_news.review import table_search
from policy_news.review.actions import (
    Asked,
    DocumentAsked,
    DoneAsked,
    EntityAsked,
    StaleError,
    UndoAsked,
    decide,
    decide_document,
    decide_entity,
    with_meant,
)
from policy_news.review.document_view import describe, view_decision, view_page
from policy_news.review.standing import LiveDecisions
from policy_news.review.workspace import Workspace
from policy_news.tables.labels import CLAIMS, POLICY

FOLDER = Path(__file__).parent
REPORT_TEMPLATES = FOLDER.parent / "outputs" / "report" / "templates"
STATIC = {"review.css": "text/css", "review.js": "text/javascript", "report.css": "text/css"}
ASKED: TypeAdapter[Asked] = TypeAdapter(Annotated[Asked, Field(discriminator="kind")])
CONTEXT = 90
MOST_NAMES = 12
MOST_SHOWN = 200
MOST_QUOTED = 2_000
"""Mentions that a split can be about."""
OTHER_LABELS = ("LOC", "FAC", "NORP", "LAW", "PRODUCT", "EVENT", "WORK_OF_ART")
_NO_PAGE = "There is no such page."


class Pages:
    """Handlers of the requests."""

    def __init__(self, space: Workspace, maker: Maker, *, read_only: bool) -> None:
        self._space = space
        self._maker = maker
        self._read_only = read_only
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader([FOLDER / "templates", REPORT_TEMPLATES]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["link"] = _link
        self._templates.filters["snippet"] = table_search.snippet_parts
        self._templates.filters["words"] = label_words

    def app(self) -> Starlette:
        """Return the application."""
        shown = {
            "/": self.documents,
            "/doc": self.document,
            "/fragment": self.fragment,
            "/claims": self.claims,
            "/entities": self.entities,
            "/entity": self.entity,
            "/names": self.names,
            "/queue": self.queue,
            "/queue/next": self.queue_next,
            "/decisions": self.decisions,
            "/version": self.version,
            "/static/{name}": self.static,
            "/favicon.ico": self.no_icon,
        }
        changed = {
            "/decide": self.decide,
            "/decide-entity": self.decide_entity,
            "/decide-document": self.decide_document,
            "/undo": self.undo,
            "/done": self.done,
        }
        routes = [Route(path, handler) for path, handler in shown.items()]
        if not self._read_only:
            routes += [Route(path, handler, methods=["POST"]) for path, handler in changed.items()]
        errors = (HTTPException, PipelineError, ValidationError, StaleError, ClientDisconnect)
        return Starlette(routes=routes, exception_handlers=dict.fromkeys(errors, self._failed))

    # Pages

    async def documents(self, request: Request) -> Response:
        """Return all documents, or those that a search finds."""
        query, page = _text(request, "q"), _number(request, "page")
        found = table_search.find_documents(self._fresh(), query, page)
        total = self._space.query("select count(*) as n from documents")[0]["n"]
        read = sum(1 for row in found.rows if row["doc_id"] in self._space.done)
        return self._page(
            "documents.html.j2",
            "documents",
            found=found,
            q=query,
            page=page,
            total=total,
            read=read,
            done=set(self._space.done),
        )

    async def document(self, request: Request) -> Response:
        """Return a document with its items."""
        values = self._document(_text(request, "id"))
        asked = _text(request, "queue")
        queue = asked if asked in table_search.QUEUES else ""
        return self._page(
            "document.html.j2",
            "documents",
            **values,
            at=_text(request, "at"),
            queue=queue,
            place=self._place_in(queue, _number(request, "skip")) if queue else "",
            labels=[*sorted(POLICY), *OTHER_LABELS],
            types=sorted(CLAIMS),
        )

    async def fragment(self, request: Request) -> Response:
        """Return the parts of a page that change when a decision is made."""
        return HTMLResponse(self._fragment(_text(request, "id")))

    async def claims(self, request: Request) -> Response:
        """Return claims, by words, type and source."""
        query, page = _text(request, "q"), _number(request, "page")
        type_, source = _text(request, "type"), _text(request, "source")
        found = table_search.find_claims(self._fresh(), query, type_, source, page)
        return self._page(
            "claims.html.j2",
            "claims",
            found=found,
            q=query,
            page=page,
            type=type_,
            source=source,
            source_name=self._name(source) if source else None,
            types=sorted(CLAIMS),
        )

    async def entities(self, request: Request) -> Response:
        """Return entities, by name and label."""
        query, page, label = _text(request, "q"), _number(request, "page"), _text(request, "label")
        found = table_search.find_entities(self._fresh(), query, label, page)
        labels = [row["label"] for row in self._space.query("select distinct label from entities order by 1")]
        return self._page(
            "entities.html.j2", "entities", found=found, q=query, page=page, label=label, labels=labels
        )

    async def entity(self, request: Request) -> Response:
        """Return one entity: its mentions in context, its claims, decisions about it."""
        space, entity_id = self._fresh(), _text(request, "id")
        rows = space.query("select * from entities where entity_id = ?", entity_id)
        if not rows:
            raise HTTPException(404)
        mentions = space.query(
            """select m.mention_id, m.doc_id, m.start, m."end", m.text, d.text as whole, d.title, d.path, d.format, d.published
            from mentions m join documents d on d.doc_id = m.doc_id where m.entity_id = ?
            order by d.published is null, d.published, m.doc_id, m.start limit ?""",
            entity_id,
            MOST_SHOWN,
        )
        by_doc: dict[str, dict[str, Any]] = {}
        for row in mentions:
            own = by_doc.setdefault(
                row["doc_id"],
                {
                    "title": clean(row["title"] or row["doc_id"]),
                    "file": file_name(row["doc_id"], row["path"], row["format"]),
                    "day": (row["published"] or "")[:10],
                    "rows": [],
                },
            )
            own["rows"].append(_in_context(row))
        claims = table_search.find_claims(space, "", "", entity_id, 0)
        return self._page(
            "entity.html.j2",
            "entities",
            row={key: rows[0][key] for key in rows[0].keys()},  # noqa: SIM118
            name=clean(space.decided.names().get(entity_id, rows[0]["name"])),
            aliases=[clean(alias) for alias in json.loads(rows[0]["aliases"])],
            documents=by_doc,
            shown=len(mentions),
            claims=claims,
            own=self._shown(space.of_entity(entity_id)),
        )

    async def names(self, request: Request) -> Response:
        """Return entities whose name contains some letters, for a list to choose from: those of the run, then listed ones."""
        space, words = self._fresh(), _text(request, "q")
        found = [
            {"id": row["entity_id"], "name": row["name"], "label": row["label"], "n": row["n_mentions"]}
            for row in table_search.find_entities(space, words, "", 0).rows[:MOST_NAMES]
        ]
        known = {row["id"] for row in found}
        for entity_id, name in table_search.find_listed(space, words, MOST_NAMES):
            if entity_id not in known:
                found.append({"id": entity_id, "name": clean(name), "label": "", "n": 0})
        return JSONResponse(found[:MOST_NAMES])

    async def queue(self, request: Request) -> Response:
        """Return the items of a queue."""
        space, kind = self._fresh(), _text(request, "kind") or "claims"
        if kind not in table_search.QUEUES:
            raise HTTPException(404)
        waiting = table_search.queue(space, kind)
        return self._page(
            "queue.html.j2",
            "queue",
            kind=kind,
            kinds=table_search.QUEUES,
            waiting=waiting[: table_search.PER_PAGE * 2],
            count=len(waiting),
            passed=bool(_text(request, "passed")),
        )

    async def queue_next(self, request: Request) -> Response:
        """Redirect to the next item of a queue; `skip` is the number of items to pass over."""
        space, kind = self._fresh(), _text(request, "kind")
        if kind not in table_search.QUEUES:
            raise HTTPException(404)
        waiting = table_search.queue(space, kind)
        skip = _number(request, "skip")
        if skip >= len(waiting):
            return RedirectResponse(_link("/queue", kind=kind, passed="yes"), 303)
        one = waiting[skip]
        if not one.doc_id:
            return RedirectResponse(_link("/decisions"), 303)
        return RedirectResponse(
            _link("/doc", id=one.doc_id, at=f"{one.kind}:{one.at}", queue=kind, skip=skip), 303
        )

    async def decisions(self, request: Request) -> Response:
        """Return all live decisions, the last ones first."""
        space = self._fresh()
        page = _number(request, "page")
        ordered = space.live[::-1]
        first = page * table_search.PER_PAGE
        shown = self._shown(ordered[first : first + table_search.PER_PAGE])
        more = len(ordered) > first + table_search.PER_PAGE
        return self._page(
            "decisions.html.j2", "decisions", shown=shown, page=page, more=more, total=len(ordered)
        )

    async def version(self, request: Request) -> Response:
        """Return whether anything changed on the disk."""
        space = self._fresh()
        return JSONResponse({"version": space.version, "problem": space.problem})

    async def static(self, request: Request) -> Response:
        """Style and script."""
        name = request.path_params["name"]
        if name not in STATIC:
            raise HTTPException(404)
        if name == "report.css":
            return Response(
                (REPORT_TEMPLATES / "report.css").read_text(encoding="utf-8") + label_colours(),
                media_type="text/css",
            )
        return Response((FOLDER / "static" / name).read_bytes(), media_type=STATIC[name])

    async def no_icon(self, request: Request) -> Response:
        """Answer that there is no icon: browsers ask for one."""
        return Response(status_code=204)

    # Changes

    async def decide(self, request: Request) -> Response:
        """Store a decision about a row of a document."""
        asked = ASKED.validate_json(await request.body())
        opened = self._opened(asked.doc)
        asked = self._with_entity(asked)
        decision = decide(asked, *opened, self._maker, self._labels())
        return self._keep(with_meant(decision, self._witnesses), asked.doc)

    async def decide_entity(self, request: Request) -> Response:
        """Store a decision about an entity."""
        asked = EntityAsked.model_validate_json(await request.body())
        self._fresh()
        if asked.action == "merge" and asked.into:
            asked = asked.model_copy(update={"into": table_search.find_entity_id(self._space, asked.into)})
        decision = decide_entity(asked, self._maker, self._witnesses, self._name)
        return self._keep(with_meant(decision, self._witnesses), "")

    async def decide_document(self, request: Request) -> Response:
        """Store what is true of title, author, publication day and language of a document."""
        asked = DocumentAsked.model_validate_json(await request.body())
        rows, _ = self._opened(asked.doc)
        about = self._about(asked.doc, self._space.changes_of(rows))
        return self._keep(decide_document(asked, about, rows, self._maker), asked.doc)

    async def undo(self, request: Request) -> Response:
        """Undo a live decision."""
        asked = UndoAsked.model_validate_json(await request.body())
        live = {one.decision.id for one in self._fresh().live}
        if asked.id not in live:
            raise StaleError
        if asked.doc:
            self._require(asked.doc)
        self._space.append(self._maker.undo([asked.id]))
        html = self._fragment(asked.doc) if asked.doc else ""
        return JSONResponse({"id": asked.id, "do": "undo", "html": html})

    async def done(self, request: Request) -> Response:
        """Mark a document as read to its end."""
        asked = DoneAsked.model_validate_json(await request.body())
        rows, _ = self._opened(asked.doc)
        ref = QuotedDocument(rows.doc_id, rows.sha256, rows.text).ref
        return self._keep(self._maker.make("document.done", doc=ref), rows.doc_id)

    # Parts

    def _fresh(self) -> Workspace:
        self._space.refresh()
        return self._space

    def _require(self, doc_id: str) -> None:
        """Check that a document exists, before anything is stored: an answer of 404 must not leave a decision."""
        if self._fresh().fetch(doc_id) is None:
            raise HTTPException(404)

    def _opened(self, doc_id: str) -> tuple[Rows, LiveDecisions]:
        opened = self._fresh().open(doc_id)
        if opened is None:
            raise HTTPException(404)
        return opened

    def _document(self, doc_id: str) -> dict[str, Any]:
        (rows, standing), space = self._opened(doc_id), self._space
        found = space.query("select * from documents where doc_id = ?", doc_id)
        if not found:
            raise HTTPException(404)
        ids = {row.entity_id for row in rows.mentions} | {row.source_entity_id for row in rows.claims}
        names = {**self._names_of(ids - {None}), **space.decided.names()}
        row, changes = found[0], space.changes_of(rows)
        about = self._about(doc_id, changes)
        return {
            "doc_id": doc_id,
            "about": about,
            "title": about["title"] or doc_id,
            "url": web_address(row["url"]),
            "words": row["n_words"],
            "masked": row["n_masked_words"],
            "share": show_share(row["n_masked_words"], row["n_words"]),
            "sha256": rows.sha256,
            "view": view_page(rows, standing, rows.gaps, names),
            "own": self._shown((*standing.all, *changes)),
            "is_done": doc_id in space.done,
            "version": space.version,
        }

    def _about(self, doc_id: str, changes: Iterable[Numbered]) -> dict[str, str]:
        """Return title, author, publication and language of a document, as texts, with what was decided about them."""
        (row,) = self._space.query(
            f"select {', '.join(DocumentFields.model_fields)} from documents where doc_id = ?",  # noqa: S608 - our own names
            doc_id,
        )
        about = dict(row)
        for one in changes:
            about |= one.decision.set.given() if isinstance(one.decision, DocumentChange) else {}
        texts = {name: clean(str(value or "")) for name, value in about.items()}
        texts["published"] = re.sub(r"[T ]00:00:00Z?$", "", texts["published"])
        return texts

    def _shown(self, ones: Iterable[Numbered]) -> list[View]:
        space = self._space
        return [
            view_decision(one, space.decided.outcome_of(one.decision.id), space.document_of(one.decision))
            for one in ones
        ]

    def _with_entity(self, asked: Asked) -> Asked:
        """Return a request with the id of the entity whose name a person typed."""
        for name in ("entity", "source_entity"):
            typed = getattr(asked, name, None)
            if typed:
                return asked.model_copy(update={name: table_search.find_entity_id(self._space, typed)})
        return asked

    def _place_in(self, queue: str, skip: int) -> str:
        """Say how far a person is in a queue."""
        left = len(table_search.queue(self._space, queue)) - skip
        return f"{left} left" + (f", {skip} skipped" if skip else "")

    def _fragment(self, doc_id: str) -> str:
        template = self._templates.get_template("rows.html.j2")
        return template.render(read_only=self._read_only, **self._document(doc_id))

    def _keep(self, decision: Decision, doc_id: str) -> JSONResponse:
        """Store a decision, and answer with the document that the page shows, if it shows one."""
        self._space.append(decision)
        html = self._fragment(doc_id) if doc_id else ""
        words = f"{describe(decision)}."
        return JSONResponse({"id": decision.id, "do": decision.do, "words": words, "html": html})

    def _page(self, template: str, tab: str, status: int = 200, **values: Any) -> HTMLResponse:
        common = {
            "tab": tab,
            "read_only": self._read_only,
            "problem": self._space.problem,
            "decided": len(self._space.live),
            "by": self._maker.by,
        }
        page = self._templates.get_template(template).render(**{**common, **values})
        return HTMLResponse(page, status)

    def _names_of(self, ids: set[Any]) -> dict[str, str]:
        sql = "select entity_id, name from entities where entity_id in (select value from json_each(?))"
        rows = self._space.query(sql, json.dumps([*ids]))
        return {row["entity_id"]: row["name"] for row in rows}

    def _name(self, entity_id: str) -> str | None:
        return self._names_of({entity_id}).get(entity_id)

    def _labels(self) -> set[str]:
        return {row["label"] for row in self._space.query("select distinct label from mentions")}

    def _witnesses(self, entity_id: str, docs: Sequence[str] = ()) -> list[Witness]:
        """Return a mention of an entity in each of its documents, or all in some; first those that were not made by a decision."""
        where, each = ("", "m.doc_id")
        if docs:
            where, each = ("and m.doc_id in (select value from json_each(?))", "m.mention_id")
        rows = self._space.query(
            f"""select m.doc_id, m.start, m."end", d.sha256, d.text, min(m.method = 'decision') as decided
            from mentions m join documents d on d.doc_id = m.doc_id where m.entity_id = ? {where}
            group by {each} order by decided, m.doc_id, m.start limit ?""",  # noqa: S608 - our own words
            *(entity_id, *([json.dumps(docs), MOST_QUOTED] if docs else [MOST_SHOWN])),
        )
        witnesses = []
        for row in rows:
            source = QuotedDocument(row["doc_id"], row["sha256"], row["text"])
            witnesses.append(Witness(doc=source.ref, quote=source.quote(row["start"], row["end"])))
        return witnesses

    # Errors

    async def _failed(self, request: Request, error: Exception) -> Response:
        """Say what is wrong: as JSON to a script that wanted to change something, else as a page."""
        if isinstance(error, ClientDisconnect):
            return Response(status_code=400)  # which nobody reads any more
        words, status = _describe_error(error)
        if request.method == "POST":
            return JSONResponse({"error": words}, status)
        return self._page("problem.html.j2", "", status, words=words, problem="")


def _describe_error(error: Exception) -> tuple[str, int]:
    """Return what is wrong, and the status of the answer."""
    if isinstance(error, HTTPException):
        words = _NO_PAGE if error.status_code == 404 else "This server does not do that."
        return words, error.status_code
    if isinstance(error, ValidationError):
        return first_misfit(error), 422
    if isinstance(error, StaleError):
        return "This was changed meanwhile: look again.", 409
    return str(error), 422


def _link(path: str, **query: Any) -> str:
    """Return an address of this server; parts of the query that are empty are left out."""
    kept = {key: value for key, value in query.items() if value not in ("", None, 0)}
    return path + (f"?{urlencode(kept)}" if kept else "")


def _text(request: Request, name: str) -> str:
    return request.query_params.get(name, "")[:2_000].replace("\0", "")


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    if text.isascii() and text.isdigit() and len(text) < 6:
        return int(text)
    return 0


def _in_context(row: Any) -> dict[str, Any]:
    text, start, end = row["whole"], row["start"], row["end"]
    return {
        "before": clean(" ".join(text[max(0, start - CONTEXT) : start].split("\n"))),
        "text": clean(row["text"]),
        "behind": clean(" ".join(text[end : end + CONTEXT].split("\n"))),
        "start": start,
    }
