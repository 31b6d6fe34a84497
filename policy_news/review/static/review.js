"use strict";
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const points = (text) => [...text].length;
  const post = async (path, body) => {
    let answer;
    try {
      answer = await fetch(path, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      });
    } catch {
      return { error: "The server does not answer: nothing was kept. Is `pipeline review` still running?" };
    }
    let found;
    try { found = await answer.json(); } catch { found = { error: `The server refused it (${answer.status}).` }; }
    return { ...found, status: answer.status };
  };

  // What was decided in this window, for undo: it lasts over pages, and over a reload.
  const STACK = "decided";
  const stack = () => JSON.parse(sessionStorage.getItem(STACK) || "[]");
  const SAID = "said";
  const keep = (ids) => sessionStorage.setItem(STACK, JSON.stringify(ids.slice(-500)));

  // A list of names below a field.
  for (const field of all("input[data-names]")) {
    let list = null, timer = 0, at = -1;
    const close = () => { if (list) list.remove(); list = null; at = -1; };
    const take = (item) => { field.value = item.dataset.id; close(); };
    const show = async () => {
      const words = field.value.trim();
      if (words.length < 2) return close();
      const answer = await fetch(`/names?${new URLSearchParams({ q: words })}`);
      if (!answer.ok || field.value.trim() !== words) return;
      close();
      list = document.createElement("ul");
      list.className = "names-found";
      list.setAttribute("role", "listbox");
      for (const name of await answer.json()) {
        const item = document.createElement("li");
        item.setAttribute("role", "option");
        item.dataset.id = name.id;
        item.textContent = `${name.name}: ${name.n ? `${name.label}, ${name.n} ${name.n === 1 ? "mention" : "mentions"}` : "in the reference data"} (${name.id})`;
        item.addEventListener("mousedown", (event) => { event.preventDefault(); take(item); });
        list.append(item);
      }
      if (list.children.length) field.closest("label").append(list); else close();
    };
    field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 120); });
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (event) => {
      if (!list) return;
      if (event.key === "Escape") { close(); event.stopPropagation(); event.preventDefault(); return; }
      if (event.key === "Enter" && at >= 0) { event.preventDefault(); take(list.children[at]); return; }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      at = Math.max(0, Math.min(list.children.length - 1, at + step));
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    });
  }

  const alarm = $("#problem");
  const look = async () => {
    try {
      const answer = await fetch("/version");
      if (!answer.ok) return null;
      const now = await answer.json();
      alarm.textContent = now.problem;
      alarm.hidden = !now.problem;
      return now.version;
    } catch { return null; }
  };

  // Pages with forms.
  const forms = $(".forms");
  if (forms) {
    for (const form of all("form[data-entity-action]", forms)) {
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const data = new FormData(form);
        const body = { action: form.dataset.entityAction, entity: forms.dataset.entity, docs: data.getAll("docs") };
        for (const name of ["value", "into"]) if (data.has(name)) body[name] = data.get(name);
        const answer = await post("/decide-entity", body);
        if (answer.error) {
          const told = $(".told", forms);
          told.textContent = answer.error;
          told.classList.add("wrong");
          return;
        }
        keep([...stack(), { id: answer.id, doc: "" }]);
        sessionStorage.setItem(SAID, `${answer.words} It is listed above; the tables follow with the next run.`);
        location.reload();
      });
    }
  }

  const holder = $("#rows");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-undo]");
    if (button) enqueue(() => undo(button.dataset.undo));
  });

  let working = Promise.resolve();
  const enqueue = (work) => { working = working.then(work, work); return working; };

  const undo = async (id) => {
    const ids = stack();
    const chosen = id || (ids.length ? ids[ids.length - 1].id : "");
    if (!chosen) return tell("Nothing is left to undo in this window.", true);
    keep(ids.filter((one) => one.id !== chosen));  // before the answer: the page may be left meanwhile
    const was = ids.find((one) => one.id === chosen);
    const answer = await post("/undo", { id: chosen, doc: holder ? holder.dataset.doc : "" });
    if (answer.status === 409 && !id) return undo("");  // it was undone elsewhere: the one before it is meant
    if (answer.error && answer.status !== 409) keep(ids);
    if (answer.error) return tell(answer.error, true);
    if (!holder) return location.reload();
    if (!id && was && was.url && was.doc !== holder.dataset.doc) {  // back to where it was decided
      sessionStorage.setItem(SAID, "Undone.");
      return location.assign(was.url);
    }
    count(-1);
    swap(answer.html, 0);
    tell("Undone.");
  };
  const count = (step) => { $("#decided").textContent = Number($("#decided").textContent) + step; };
  const tell = (words, wrong = false) => {
    const told = $("#told") || $(".told");
    if (!told) return;
    told.textContent = words;
    told.classList.toggle("wrong", wrong);
  };
  const said = sessionStorage.getItem(SAID);
  sessionStorage.removeItem(SAID);
  if (!holder) {
    if (said) tell(said);
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !event.target.closest("input, textarea, select")) {
        const field = $("input[type=search]");
        if (field) { event.preventDefault(); field.focus(); field.select(); }
      }
    });
    return;
  }

  // The page of a document.
  const readOnly = document.body.classList.contains("read-only");
  let tab = sessionStorage.getItem("tab") || "claim";
  let chosen = null;
  const items = () => all("#items > li");
  const shown = () => items().filter((item) => item.dataset.kind === tab);

  const setTab = (kind) => {
    tab = kind;
    sessionStorage.setItem("tab", kind);
    for (const button of all("[data-tab]")) button.setAttribute("aria-selected", String(button.dataset.tab === kind));
    for (const item of items()) item.hidden = item.dataset.kind !== kind;
  };
  const choose = (item, scroll = true) => {
    for (const part of all(".chosen")) part.classList.remove("chosen");
    chosen = item || null;
    for (const button of all(".actions [data-for]")) {
      button.disabled = !item || !button.dataset.for.split(" ").includes(item.dataset.kind);
    }
    if (!item) return;
    if (item.dataset.kind !== tab) setTab(item.dataset.kind);
    item.classList.add("chosen");
    const list = $("#items");
    const above = item.offsetTop - list.offsetTop;
    if (above < list.scrollTop || above + item.offsetHeight > list.scrollTop + list.clientHeight) {
      list.scrollTop = above - list.clientHeight / 3;
    }
    for (const one of all("[aria-current]", list)) one.removeAttribute("aria-current");
    item.setAttribute("aria-current", "true");
    $("#now").textContent = item.textContent.trim().replace(/\s+/g, " ").slice(0, 300);  // a screen reader says it
    const parts = all("[data-keys]", $("#text")).filter((part) => part.dataset.keys.split(" ").includes(item.dataset.key));
    for (const part of parts) part.classList.add("chosen");
    const first = parts[0];
    if (first && scroll) {
      const box = first.getBoundingClientRect();
      if (box.top < 90 || box.bottom > innerHeight - 90) first.scrollIntoView({ block: "center" });
    }
  };
  const move = (step) => {
    const list = shown();
    if (!list.length) return;
    const at = chosen ? list.indexOf(chosen) : -1;
    choose(list[Math.max(0, Math.min(list.length - 1, at < 0 ? 0 : at + step))]);
  };
  const find = (at) => {
    const [kind, ...rest] = at.split(":");
    const where = rest.join(":");
    if (kind === "claim-id") return items().find((item) => item.dataset.claim === where);
    return items().find((item) => item.dataset.kind === kind && item.dataset.at === where);
  };

  // The new rows in place of the old ones; the choice stays, or goes on by `step` in the list.
  const swap = (html, step, wanted = "") => {
    const list = shown();
    const at = chosen ? list.indexOf(chosen) : -1;
    const place = chosen ? [chosen.dataset.kind, chosen.dataset.at] : null;
    const scrolled = $("#items").scrollTop, panel = $("#panel").scrollTop;
    const about = $(".columns").dataset.about;
    holder.innerHTML = html;  // made by the server's templates, which escape all that is text
    if ($(".columns").dataset.about !== about) return location.reload();  // the head of the page is out of date
    setTab(tab);
    $("#items").scrollTop = scrolled;
    $("#panel").scrollTop = panel;
    const own = Number($(".columns").dataset.decided);
    $("#own").textContent = own;
    const now = shown();
    const same = place && now.find((item) => item.dataset.kind === place[0] && item.dataset.at === place[1]);
    let next = wanted ? find(wanted) : null;
    if (!next && same) next = now[Math.min(now.length - 1, now.indexOf(same) + step)];
    if (!next) next = now[Math.min(Math.max(at, 0), now.length - 1)];
    choose(next);
  };
  const refetch = async () => {
    const answer = await fetch(`/fragment?${new URLSearchParams({ id: holder.dataset.doc })}`);
    if (answer.ok) swap(await answer.text(), 0);
  };

  // Offsets count code points, as in the tables; a browser counts UTF-16 units.
  const pieceOf = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-o]");
  const chosenWords = () => {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    const inside = all("[data-o]", $("#text")).filter((piece) => range.intersectsNode(piece));
    if (!inside.length) return null;
    if (new Set(inside.map((piece) => piece.parentElement)).size > 1) return { error: "Select words of one paragraph." };
    let exact = "", start = null;
    for (const piece of inside) {
      const text = piece.textContent;
      const from = pieceOf(range.startContainer) === piece && range.startContainer.nodeType === Node.TEXT_NODE ? range.startOffset : 0;
      const to = pieceOf(range.endContainer) === piece && range.endContainer.nodeType === Node.TEXT_NODE ? range.endOffset : text.length;
      if (to <= from) continue;
      if (start === null) start = Number(piece.dataset.o) + points(text.slice(0, from));
      exact += text.slice(from, to);
    }
    if (start === null) return null;
    const before = exact.length - exact.trimStart().length;
    start += points(exact.slice(0, before));
    exact = exact.trim();
    return exact ? { start, end: start + points(exact), exact } : null;
  };
  const selectItem = () => {
    if (!chosen) return;
    const parts = all("#text .chosen");
    if (!parts.length) return;
    const first = parts[0].firstChild, last = parts[parts.length - 1].firstChild;
    getSelection().setBaseAndExtent(first, 0, last, last.length);
  };
  const extend = (edge, direction) => {
    const selection = getSelection();
    if (!chosenWords()) selectItem();
    if (!selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    const [a, ao, b, bo] = [range.startContainer, range.startOffset, range.endContainer, range.endOffset];
    if (edge === "end") selection.setBaseAndExtent(a, ao, b, bo); else selection.setBaseAndExtent(b, bo, a, ao);
    selection.modify("extend", direction, "word");
  };

  const dialog = $("#choose"), help = $("#help");
  let resolveChoice = null, typed = "", typedAt = 0;
  const pick = (title, what, value = "") => new Promise((resolve) => {
    for (const [id, name] of [["choose-labels", "labels"], ["choose-types", "types"], ["choose-text", "text"]]) {
      $(`#${id}`).hidden = name !== what;
    }
    $("#choose-ok").hidden = what !== "text";
    $("#choose-title").textContent = title;
    $("#choose-input").value = value;
    resolveChoice = resolve;
    typed = "";
    dialog.showModal();
    const present = all(".choices:not([hidden]) .choice", dialog).find((button) => button.dataset.choice === value);
    if (present) present.focus();
    if (what === "text") { $("#choose-input").focus(); $("#choose-input").select(); }
  });
  const settle = (value) => {
    if (!resolveChoice) return;
    const resolve = resolveChoice;
    resolveChoice = null;
    dialog.close();
    resolve(value);
  };
  if (dialog) {
    dialog.addEventListener("close", () => settle(null));
    $("#choose-cancel").addEventListener("click", () => settle(null));
    $("#choose-ok").addEventListener("click", () => settle($("#choose-input").value.trim() || null));
    for (const button of all("[data-choice]", dialog)) button.addEventListener("click", () => settle(button.dataset.choice));
    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (!$("#choose-text").hidden) {
        if (event.key === "Enter" && !event.defaultPrevented) { event.preventDefault(); settle($("#choose-input").value.trim() || null); }
        return;
      }
      const buttons = all(".choices:not([hidden]) .choice", dialog);
      const number = "1234567890".indexOf(event.key);
      if (event.key.length === 1 && number >= 0 && buttons[number]) { event.preventDefault(); settle(buttons[number].dataset.choice); return; }
      if (!/^[a-z]$/i.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
      // The letters of a choice lead to it; after a second they begin again.
      typed = (event.timeStamp - typedAt < 1000 ? typed : "") + event.key.toLowerCase();
      typedAt = event.timeStamp;
      const names = (button) => [button.dataset.choice.toLowerCase(), $("span", button)?.textContent || ""];
      const found = buttons.find((button) => names(button).some((name) => name.startsWith(typed)));
      if (found) found.focus();
    });
  }

  const spanOf = (item) => ({ start: Number(item.dataset.start), end: Number(item.dataset.end), exact: item.dataset.exact });
  const base = (item) => ({
    doc: holder.dataset.doc, sha256: $(".columns").dataset.sha256,
    seen: item && item.dataset.seen ? item.dataset.seen.split(" ") : [],
  });
  const send = async (body, step, { wanted = "", stay = false } = {}) => {
    const answer = await post("/decide", body);
    if (answer.error) {
      if (answer.status === 409) await refetch();
      return tell(answer.error, true);
    }
    kept(answer);
    if (holder.dataset.queue && !stay) return skip(0);
    swap(answer.html, step, wanted);
    tell(answer.words);
  };
  const kept = (answer) => {
    if (answer.do !== "undo") keep([...stack(), { id: answer.id, doc: holder.dataset.doc, url: location.href }]);
    count(answer.do === "undo" ? -1 : 1);
    if (holder.dataset.queue) sessionStorage.setItem(SAID, answer.words);
  };
  let leaving = false;  // the next item must be seen before a key can decide about it
  const skip = (by) => {
    leaving = true;
    const here = new URLSearchParams(location.search);
    const passed = Number(here.get("skip") || 0) + by;
    location.assign(`/queue/next?${new URLSearchParams({ kind: holder.dataset.queue, skip: passed })}`);
  };
  const decide = async (action) => {
    const item = chosen;
    if (!item) return tell("Choose a claim or a name first.", true);
    if (item.dataset.kind === "claim") return decideClaim(item, action);
    const body = { ...base(item), kind: "mention", span: spanOf(item) };
    if (action === "accept") return send({ ...body, action, label: item.dataset.label }, 1);
    if (action === "reject") return send({ ...body, action }, 0);
    if (action === "label") {
      const label = await pick(`Label of “${item.dataset.exact}”`, "labels", item.dataset.label);
      return label ? send({ ...body, action: label === item.dataset.label ? "accept" : "relabel", label }, 1) : null;
    }
    if (action === "entity") {
      const entity = await pick(`Entity of “${item.dataset.exact}”`, "text");
      return entity ? send({ ...body, action: "assign", entity }, 1) : null;
    }
    if (action === "edges") {
      const to = chosenWords();
      if (!to || to.error) return tell(to ? to.error : "Select the words that it is to cover, then press e.", true);
      return send({ ...body, action: "move", to }, 1);
    }
    return tell("That is for claims.", true);
  };
  const decideClaim = async (item, action) => {
    const body = { ...base(item), kind: "claim", claim: item.dataset.claim };
    if (action === "accept") return send({ ...body, action }, 1);
    if (action === "reject") return send({ ...body, action }, 0);
    if (action === "label") {
      const type = await pick("Type of the claim", "types", item.dataset.label);
      return type ? send({ ...body, action: "change", type }, 1) : null;
    }
    if (action === "entity") {
      const entity = await pick("Entity that the source stands for", "text");
      return entity ? send({ ...body, action: "change", source_entity: entity }, 1) : null;
    }
    if (action === "negated") return send({ ...body, action: "change", negated: item.dataset.negated !== "yes" }, 1);
    const words = chosenWords();
    if (words && words.error) return tell(words.error, true);
    if (action === "source") return send({ ...body, action: "change", ...(words ? { source: words } : { no_source: true }) }, 0, { stay: true });
    if (!words) return tell("Select words of the text first.", true);
    if (action === "content" || action === "edges") return send({ ...body, action: "change", content: [words] }, 0, { stay: true });
    return null;
  };
  // The form about the document: the server finds out which of its fields differ.
  const correct = async (form) => {
    const body = { doc: holder.dataset.doc, sha256: $(".columns").dataset.sha256, ...Object.fromEntries(new FormData(form)) };
    const answer = await post("/decide-document", body);
    if (answer.error) return tell(answer.error, true);
    kept(answer);
    sessionStorage.setItem(SAID, answer.words);
    return swap(answer.html, 0);
  };
  for (const form of all("form[data-about]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      enqueue(() => correct(form));
    });
  }
  const addName = async () => {
    const span = chosenWords();
    if (!span || span.error) return tell(span ? span.error : "Select words of the text first.", true);
    const label = await pick(`“${span.exact}” is a`, "labels");
    if (label) await send({ ...base(null), kind: "mention", action: "add", span, label }, 0, { wanted: `mention:${span.start}`, stay: true });
  };
  const addClaim = async () => {
    const span = chosenWords();
    if (!span || span.error) return tell(span ? span.error : "Select the words of its content first.", true);
    const type = await pick("Type of the new claim", "types");
    if (type) await send({ ...base(null), kind: "claim", action: "add", content: [span], type }, 0, { wanted: `claim:${span.start}`, stay: true });
  };
  const done = async () => {
    const answer = await post("/done", { doc: holder.dataset.doc });
    if (answer.error) return tell(answer.error, true);
    kept(answer);
    if (holder.dataset.queue) return skip(0);
    swap(answer.html, 0);
    tell(answer.words);
  };

  const reading = {
    j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1),
    1: () => { setTab("claim"); choose(shown()[0]); }, 2: () => { setTab("mention"); choose(shown()[0]); },
    "/": () => location.assign("/"),
  };
  const deciding = {
    a: () => decide("accept"), x: () => decide("reject"), l: () => decide("label"), g: () => decide("entity"), e: () => decide("edges"),
    s: () => decide("source"), c: () => decide("content"), p: () => decide("negated"), m: addName, w: addClaim, u: () => undo(""), d: done,
    n: () => (holder.dataset.queue ? skip(1) : move(1)), v: selectItem,
    "[": () => extend("end", "backward"), "]": () => extend("end", "forward"), "{": () => extend("start", "backward"), "}": () => extend("start", "forward"),
    "?": () => help.showModal(),
  };
  const keys = readOnly ? reading : { ...reading, ...deciding };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog[open]")) return;
    const work = keys[event.key];
    if (!work || leaving) return;
    const arrow = event.key.startsWith("Arrow");
    if (arrow && (event.shiftKey || event.target.id !== "items")) return;
    event.preventDefault();
    enqueue(work);  // one after the other: a key that comes early waits for what the one before it brings
  });
  const doings = {
    accept: "a", reject: "x", label: "l", entity: "g", edges: "e", source: "s", content: "c", negated: "p", "add-name": "m", "add-claim": "w",
    undo: "u", done: "d", help: "?",
  };
  // A click would take the chosen words away before they are read.
  holder.addEventListener("mousedown", (event) => { if (event.target.closest("[data-do]")) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do], [data-tab], [data-skip]");
    if (button) {
      if (button.dataset.tab) { setTab(button.dataset.tab); choose(shown()[0]); return; }
      if ("skip" in button.dataset) { skip(1); return; }
      enqueue(keys[doings[button.dataset.do]]);
      return;
    }
    const item = event.target.closest("#items > li");
    if (item && !event.target.closest("a")) { choose(item); return; }
    const part = event.target.closest("#text [data-keys]");
    if (!part || !getSelection().isCollapsed) return;
    const own = part.dataset.keys.split(" ");
    // A name in a claim: the first click means the name, the next one the claim; of claims, the innermost comes first.
    const size = (key) => all("#text [data-keys]").filter((one) => one.dataset.keys.split(" ").includes(key))
      .reduce((sum, one) => sum + one.textContent.length, 0);
    const claims = own.filter((key) => key[0] === "c").map((key) => [size(key), key]).sort((one, other) => one[0] - other[0]);
    const order = [...own.filter((key) => key[0] !== "c"), ...claims.map(([, key]) => key)];
    const now = chosen ? order.indexOf(chosen.dataset.key) : -1;
    choose($(`#item-${order[(now + 1) % order.length]}`), false);
  });
  const wake = async () => {
    if (document.hidden) return;
    const version = await look();
    if (version && version !== $(".columns").dataset.version) await refetch();
  };
  document.addEventListener("visibilitychange", () => enqueue(wake));
  addEventListener("focus", () => enqueue(wake));
  addEventListener("pageshow", () => { leaving = false; });

  const wanted = holder.dataset.at ? find(holder.dataset.at) : null;
  if (wanted) tab = wanted.dataset.kind;
  setTab(tab);
  choose(wanted || shown()[0], Boolean(wanted));
  if (said) tell(said);
  document.documentElement.dataset.ready = "yes";
})();
