"""The service: drafts, claims and the tools for assistants over HTTP, for programs with the token."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.to_thread
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from policy_news.assistants.answers import FIRST, LONGEST, MOST, SOURCES, Answers, Row
from policy_news.assistants.mcp_server import Day, Given, Kind, Short, make_server
from policy_news.core.errors import PipelineError
from policy_news.core.messages import say
from policy_news.drafts.sources import SourceText
from policy_news.review.guard import Guard
from policy_news.review.local_server import check_packages, run_guarded

PORT = 8766
MAX_BODY = 2_500_000
"""Bytes of a request: a draft with twenty sources."""
PATIENCE = 120
"""Seconds that an answer may take; work that is under way goes on and keeps its place."""
AT_ONCE = 4
"""Questions that are answered at once."""


class DraftGiven(BaseModel):
    """Body of `POST /verify`."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=LONGEST, description="the draft, with marks such as [1]")
    citations: list[Given] = Field(default=[], max_length=SOURCES, description="sources that marks name")
    sources: list[Given] = Field(
        default=[],
        max_length=SOURCES,
        description="further sources; with neither, the documents of the run",
    )


class ClaimsAsked(BaseModel):
    """Query of `GET /claims`."""

    model_config = ConfigDict(extra="forbid")
    words: Short = ""
    source: Short = Field(default="", description="who speaks: name or entity_id, or words of the source")
    about: Short = Field(default="", description="whom or what the content names")
    type: Kind = ""
    day: Day = Field(default="", description="day of the claim; or since and until")
    since: Day = ""
    until: Day = ""
    limit: int = Field(default=FIRST, ge=1, le=MOST)


def serve_http(out: Path, port: int, ready: Callable[[str], None]) -> None:
    """Serve until the process is interrupted.

    Raises:
        ArgumentError: The packages are missing, or the port is in use.
        StageError: There is no finished run in the folder.
    """
    check_packages("serve", ("starlette", "uvicorn", "mcp"))
    app = make_app(out)
    run_guarded(lambda port, token: Guard(app, port, token, "serve", MAX_BODY), port, ready, lifespan=True)


def make_app(out: Path) -> Starlette:
    """Return the app, without a guard."""
    answers, limiter = Answers(out), anyio.CapacityLimiter(AT_ONCE)
    # The tools for assistants bring an app with a life of its own, which the routes join.
    app = make_server(out).streamable_http_app(stateless_http=True, json_response=True)

    async def answer(question: Callable[[], Row]) -> Response:
        try:
            with anyio.fail_after(PATIENCE):
                row = await anyio.to_thread.run_sync(question, abandon_on_cancel=True, limiter=limiter)
            return JSONResponse(row)
        except PipelineError as error:
            return _refuse(400, str(error))
        except TimeoutError:
            return _refuse(503, f"this takes more than {PATIENCE} seconds")

    async def verify(request: Request) -> Response:
        try:
            given = DraftGiven.model_validate_json(await request.body())
        except ValidationError as error:
            return _invalid(error)
        cited = [one.model_dump() for one in given.citations]
        text = json.dumps({"answer": given.text, "citations": cited}) if cited else given.text
        sources = [SourceText(one.id, one.text) for one in given.sources]
        return await answer(lambda: answers.ask(lambda run: run.verify_draft(text, sources)))

    async def claims(request: Request) -> Response:
        try:
            asked = ClaimsAsked.model_validate(dict(request.query_params))
        except ValidationError as error:
            return _invalid(error)
        days = (asked.day or asked.since, asked.day or asked.until)
        given = (asked.words, asked.source, asked.about, asked.type, days, asked.limit)
        return await answer(lambda: answers.ask(lambda run: run.search_claims(*given)))

    async def corroboration(request: Request) -> Response:
        claim_id = request.query_params.get("claim_id", "")
        return await answer(lambda: answers.ask(lambda run: run.corroborate(claim_id)))

    app.router.routes += [
        Route("/verify", verify, methods=["POST"]),
        Route("/claims", claims),
        Route("/corroboration", corroboration),
    ]
    return app


def _refuse(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status)


def _invalid(error: ValidationError) -> Response:
    told = (
        f"{'.'.join(map(str, one['loc'])) or 'the body'}: {say(one)}"
        for one in error.errors(include_url=False)
    )
    return _refuse(422, "; ".join(told))
