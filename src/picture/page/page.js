"use strict";
// The page's behaviour. All texts of the project reach the document as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const view = data.view;
  const byId = new Map(view.nodes.map((node, index) => [node.id, index]));
  const drawnAt = new Map(data.drawn.map((id, index) => [id, index]));
  const find = (id) => document.getElementById(id);
  const canvas = find("canvas");
  const drawing = canvas.querySelector(".drawing");
  const cards = [...canvas.querySelectorAll("[data-node]")];
  const links = [...canvas.querySelectorAll("[data-from]")];
  const words = new Map([...canvas.querySelectorAll("[data-link]")].map((word) => [Number(word.dataset.link), word]));
  const status = find("status");
  const outgoing = view.nodes.map(() => []);
  const incoming = view.nodes.map(() => []);
  for (const edge of view.edges) {
    edge.source = byId.get(edge.from);
    edge.target = byId.get(edge.to);
    outgoing[edge.source].push(edge);
    incoming[edge.target].push(edge);
  }

  /** A new element with classes, text and children. */
  const make = (name, className, ...content) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...content.filter((part) => part !== null && part !== ""));
    return element;
  };
  const say = (text) => { status.textContent = text; };
  const groupName = (id) => { const group = view.groups.find((one) => one.id === id); return group ? group.label : ""; };
  const plural = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

  /** The drawn card of a node: its own, or that of the group that it is drawn inside. */
  const drawnOf = (index) => {
    const node = view.nodes[index];
    for (const id of [node.id, node.system, node.team]) if (id !== null && drawnAt.has(id)) return drawnAt.get(id);
    return null;
  };
  /** The nodes that a card stands for. */
  const inside = view.nodes.reduce((all, _, index) => {
    const card = drawnOf(index);
    if (card !== null) all[card].push(index);
    return all;
  }, data.drawn.map(() => []));

  // Which edges count: the filters.
  const wanted = { verdict: new Set(), kind: new Set(), family: new Set() };
  const boxes = [...document.querySelectorAll("input[data-filter]")];
  const shows = (edge) => wanted.verdict.has(edge.verdict) && wanted.kind.has(edge.kind);
  const filter = () => {
    for (const set of Object.values(wanted)) set.clear();
    for (const box of boxes) if (box.checked) wanted[box.dataset.filter].add(box.value);
    links.forEach((link, index) => {
      const off = !shows(link.dataset);
      link.classList.toggle("off", off);
      words.get(index)?.classList.toggle("off", off);
    });
    for (const card of cards) card.classList.toggle("pale", !wanted.family.has(card.dataset.family));
    if (selected !== null) details(selected);
  };

  // Zoom and pan: one transformation of the drawing.
  const size = canvas.viewBox.baseVal;
  let [x, y, scale] = [0, 0, 1];
  const move = () => drawing.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
  const zoom = (factor, at = { x: size.width / 2, y: size.height / 2 }) => {
    const next = Math.min(12, Math.max(0.5, scale * factor));
    x = at.x - (at.x - x) * (next / scale);
    y = at.y - (at.y - y) * (next / scale);
    scale = next;
    move();
  };
  const whole = () => { [x, y, scale] = [0, 0, 1]; move(); };
  const point = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(canvas.getScreenCTM().inverse());
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), point(event));
  }, { passive: false });
  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held = { at: point(event), x, y, moved: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (held === null) return;
    const to = point(event);
    if (!held.moved && Math.hypot(to.x - held.at.x, to.y - held.at.y) < 4) return;
    if (!held.moved) { held.moved = true; canvas.setPointerCapture(event.pointerId); canvas.classList.add("dragging"); }
    x = held.x + to.x - held.at.x;
    y = held.y + to.y - held.at.y;
    move();
  });
  const release = () => { setTimeout(() => { held = null; }, 0); canvas.classList.remove("dragging"); };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  find("closer").addEventListener("click", () => zoom(1.3));
  find("further").addEventListener("click", () => zoom(1 / 1.3));
  find("whole").addEventListener("click", whole);

  /** Moves the drawing so that a card is seen, where it is not. */
  const reveal = (card) => {
    const at = card.getBoundingClientRect();
    const frame = canvas.getBoundingClientRect();
    const seen = at.left >= frame.left && at.right <= frame.right && at.top >= frame.top && at.bottom <= frame.bottom;
    const small = at.height < 22;
    if (seen && !small) return;
    if (small) scale = Math.min(12, scale * (34 / Math.max(at.height, 1)));
    move();
    const now = card.getBoundingClientRect();
    const pixel = canvas.getScreenCTM().a;
    x += (frame.left + frame.width / 2 - (now.left + now.width / 2)) / pixel;
    y += (frame.top + frame.height / 2 - (now.top + now.height / 2)) / pixel;
    move();
  };

  // Selection and its panel.
  let selected = null;
  const mark = (near, chosen) => {
    canvas.classList.toggle("chosen", near !== null);
    cards.forEach((card, index) => {
      card.classList.toggle("selected", index === chosen);
      card.classList.toggle("near", near !== null && near.nodes.has(index));
    });
    links.forEach((link, index) => {
      const on = near !== null && near.link(Number(link.dataset.from), Number(link.dataset.to));
      link.classList.toggle("near", on);
      words.get(index)?.classList.toggle("near", on);
    });
  };
  const about = find("about");
  const goTo = (index) => {
    const node = view.nodes[index];
    const button = make("button", "", node.label || node.id);
    button.type = "button";
    button.addEventListener("click", () => select(index, true));
    return button;
  };
  const reasons = (edge) => {
    const parts = [];
    if (edge.why) parts.push(make("div", "why", edge.why));
    if (edge.rule) parts.push(make("div", "rule", edge.rule));
    for (const [name, list] of [["also", edge.also], ["unknown", edge.unknown], ["blocked by", edge.blocked_by]])
      if (list.length > 0) parts.push(make("div", "why", `${name}: ${list.join("; ")}`));
    if (edge.file !== null) parts.push(make("div", "soft", `${edge.file}:${edge.line}`));
    return parts;
  };
  const edgeList = (title, edges, other) => {
    const seen = edges.filter(shows);
    const part = make("div", "", make("h3", "", `${title} (${seen.length}${seen.length < edges.length ? ` of ${edges.length}` : ""})`));
    const list = make("ul", "edges");
    for (const edge of seen) {
      const count = edge.count > 1 ? ` ×${edge.count}` : "";
      list.append(make("li", "", goTo(other(edge)), make("div", "", `${edge.kind} · ${edge.edge}${count} · ${edge.verdict}`), ...reasons(edge)));
    }
    part.append(list);
    return part;
  };
  const details = (index) => {
    const node = view.nodes[index];
    const facts = make("dl", "");
    const fact = (name, value) => { if (value) facts.append(make("dt", "", name), make("dd", "", value)); };
    fact("kind", node.kind);
    fact("system", groupName(node.system));
    fact("team", groupName(node.team));
    for (const { name, value } of node.facts) fact(name, value);
    if (node.file !== null) fact("declared at", `${node.file}:${node.line}`);
    if (node.incomplete) fact("incomplete", "part of it could not be read, so edges may be missing");
    if (node.stands_for > 1) fact("stands for", plural(node.stands_for, "node"));
    const tags = make("p", "", ...node.tags.map((tag) => make("span", tag === "prod" ? "pill prod" : "pill", tag)));
    const ends = ["from", "to"].map((end) => {
      const button = make("button", "", `Path ${end} here`);
      button.type = "button";
      button.addEventListener("click", () => { find(end).value = node.label || node.id; chosen[end] = index; find(end === "from" ? "to" : "from").focus(); seek(); });
      return button;
    });
    about.replaceChildren(
      make("h2", "", node.label || node.id), tags, facts, make("div", "row", ...ends),
      edgeList("Reaches", outgoing[index], (edge) => edge.target),
      edgeList("Reached by", incoming[index], (edge) => edge.source),
    );
  };
  const select = (index, moves) => {
    selected = index;
    const node = view.nodes[index];
    const card = drawnOf(index);
    details(index);
    if (card === null) {
      mark(null, null);
      say(`${node.label}: not in the picture`);
      return;
    }
    const near = new Set([card]);
    for (const link of links) {
      const [from, to] = [Number(link.dataset.from), Number(link.dataset.to)];
      if (from === card) near.add(to);
      if (to === card) near.add(from);
    }
    mark({ nodes: near, link: (from, to) => from === card || to === card }, card);
    if (moves) reveal(cards[card]);
    say(`${node.label}, ${node.kind}: reaches ${outgoing[index].length}, reached by ${incoming[index].length}`);
  };
  const nothing = () => {
    selected = null;
    mark(null, null);
    about.replaceChildren(make("p", "soft", "Choose a node to see what is known of it."));
    say("nothing is chosen");
  };
  const open = (card) => {
    const nodes = inside[card];
    if (nodes.length === 1) { select(nodes[0], false); return; }
    selected = null;
    mark({ nodes: new Set([card]), link: (from, to) => from === card || to === card }, card);
    const name = cards[card].querySelector("title").textContent;
    const list = make("ul", "edges");
    for (const index of nodes) list.append(make("li", "", goTo(index), make("div", "soft", view.nodes[index].kind)));
    about.replaceChildren(make("h2", "", name), make("h3", "", `Drawn as one (${nodes.length})`), list);
    say(`${plural(nodes.length, "node")} drawn as one`);
  };

  // Cards by pointer and by keyboard.
  cards.forEach((card, index) => {
    card.setAttribute("tabindex", "0");
    card.setAttribute("role", "button");
    card.setAttribute("aria-label", card.querySelector("title").textContent);
    card.addEventListener("click", () => { if (held === null || !held.moved) open(index); });
    card.addEventListener("focus", () => { if (card.matches(":focus-visible")) reveal(card); });
  });
  const middle = (card) => { const at = card.getBoundingClientRect(); return { x: at.left + at.width / 2, y: at.top + at.height / 2 }; };
  const beside = (card, key) => {
    const from = middle(card);
    let best = null;
    for (const other of cards) {
      if (other === card) continue;
      const to = middle(other);
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const [along, across] = { ArrowRight: [dx, dy], ArrowLeft: [-dx, dy], ArrowDown: [dy, dx], ArrowUp: [-dy, dx] }[key];
      if (along <= 1) continue;
      const cost = along + 2.5 * Math.abs(across);
      if (best === null || cost < best.cost) best = { cost, other };
    }
    return best === null ? null : best.other;
  };
  canvas.addEventListener("keydown", (event) => {
    const card = event.target.closest?.("[data-node]");
    if (!card) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(Number(card.dataset.node)); }
    if (event.key.startsWith("Arrow")) { event.preventDefault(); beside(card, event.key)?.focus(); }
  });

  // Search.
  const search = find("search");
  const results = find("results");
  let at = -1;
  const text = view.nodes.map((node) => [
    node.label, node.id, node.kind, groupName(node.system), groupName(node.team), ...node.tags,
    ...node.facts.map((fact) => fact.value),
  ].join("\n").toLowerCase());
  const point_at = (next) => {
    const items = [...results.children];
    at = items.length === 0 ? -1 : (next + items.length) % items.length;
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    if (at >= 0) { search.setAttribute("aria-activedescendant", items[at].id); items[at].scrollIntoView({ block: "nearest" }); }
    else search.removeAttribute("aria-activedescendant");
  };
  const look = () => {
    const query = search.value.trim().toLowerCase();
    const parts = query.split(/\s+/).filter(Boolean);
    const hits = [];
    if (parts.length > 0)
      text.forEach((all, index) => { if (parts.every((part) => all.includes(part))) hits.push(index); });
    // A name that begins with what was typed comes first.
    hits.sort((a, b) => Number(!view.nodes[a].label.toLowerCase().startsWith(query)) - Number(!view.nodes[b].label.toLowerCase().startsWith(query)) || a - b);
    results.replaceChildren(...hits.slice(0, 50).map((index, place) => {
      const node = view.nodes[index];
      const where = [node.kind, groupName(node.system) || groupName(node.team)].filter(Boolean).join(" · ");
      const item = make("li", "", make("span", `dot ${node.family}`), make("span", "", node.label || node.id), make("span", "soft", where));
      item.id = `result-${place}`;
      item.setAttribute("role", "option");
      item.dataset.index = String(index);
      item.addEventListener("click", () => take(index));
      return item;
    }));
    search.setAttribute("aria-expanded", String(hits.length > 0));
    point_at(hits.length > 0 ? 0 : -1);
    if (parts.length > 0) say(hits.length === 0 ? `nothing matches ${search.value}` : `${plural(hits.length, "result")}`);
  };
  const close = () => { results.replaceChildren(); search.setAttribute("aria-expanded", "false"); point_at(-1); };
  const take = (index) => { close(); search.value = ""; select(index, true); };
  search.addEventListener("input", look);
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); point_at(at + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); point_at(at - 1); }
    if (event.key === "Enter" && at >= 0) { event.preventDefault(); take(Number(results.children[at].dataset.index)); }
    if (event.key === "Escape") { event.stopPropagation(); if (results.children.length > 0) close(); else { search.value = ""; search.blur(); } }
  });

  // Paths: the fewest edges over proven control, else with possible ones.
  const chosen = { from: null, to: null };
  const named = (end) => {
    const value = find(end).value;
    if (chosen[end] !== null && (view.nodes[chosen[end]].label === value || view.nodes[chosen[end]].id === value)) return chosen[end];
    const index = byId.get(value) ?? view.nodes.findIndex((node) => node.label === value);
    return index < 0 ? null : index;
  };
  const path = (from, to, verdicts) => {
    const came = new Map([[from, null]]);
    const queue = [from];
    for (let next = 0; next < queue.length && !came.has(to); next += 1)
      for (const edge of outgoing[queue[next]])
        if (edge.kind === "controls" && verdicts.includes(edge.verdict) && !came.has(edge.target)) {
          came.set(edge.target, edge);
          queue.push(edge.target);
        }
    if (!came.has(to)) return null;
    const hops = [];
    for (let edge = came.get(to); edge !== null; edge = came.get(edge.source)) hops.unshift(edge);
    return hops;
  };
  const hops = find("hops");
  const seek = () => {
    const [from, to] = [named("from"), named("to")];
    hops.replaceChildren();
    if (from === null || to === null) {
      const missing = ["from", "to"].filter((end) => find(end).value !== "" && named(end) === null).map((end) => find(end).value);
      if (missing.length > 0) say(`no node is called ${missing.join(" or ")}`);
      return;
    }
    const proven = path(from, to, ["proven"]);
    const found = proven ?? path(from, to, ["proven", "possible"]);
    if (found === null) {
      hops.append(make("p", "soft", "No path of control leads there."));
      mark(null, null);
      say("no path of control");
      return;
    }
    const list = make("ol", "hops");
    for (const edge of found)
      list.append(make("li", edge.verdict, goTo(edge.source), make("div", "", `${edge.edge} · ${edge.verdict}`), make("div", "", "→ ", goTo(edge.target)), ...reasons(edge)));
    const verdict = proven === null ? "possible" : "proven";
    hops.append(make("p", "", `${plural(found.length, "hop")}, ${verdict}`), list);
    const drawn = [from, ...found.map((edge) => edge.target)].map(drawnOf);
    const pairs = new Set(drawn.slice(1).map((card, index) => `${drawn[index]} ${card}`));
    mark({ nodes: new Set(drawn.filter((card) => card !== null)), link: (one, other) => pairs.has(`${one} ${other}`) }, drawn[0]);
    say(`a ${verdict} path of ${plural(found.length, "hop")}`);
  };
  for (const end of ["from", "to"]) {
    find(end).addEventListener("input", () => { chosen[end] = null; });
    find(end).addEventListener("change", seek);
    find(end).addEventListener("keydown", (event) => { if (event.key === "Enter") seek(); });
  }
  find("seek").addEventListener("click", seek);
  find("names").append(...view.nodes.map((node) => { const option = make("option", ""); option.value = node.label || node.id; option.label = node.kind; return option; }));

  // Theme: what the system says, until the reader says otherwise.
  const theme = find("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
  const name = () => { theme.textContent = isDark() ? "Light" : "Dark"; theme.setAttribute("aria-label", `switch to ${isDark() ? "light" : "dark"} colours`); };
  theme.addEventListener("click", () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; name(); });
  dark.addEventListener("change", name);
  name();

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input:not([type=checkbox])");
    if (event.key === "/" && !typing) { event.preventDefault(); search.focus(); search.select(); }
    if (event.key === "Escape") { nothing(); hops.replaceChildren(); if (typing) event.target.blur(); }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") zoom(1.3);
    if (event.key === "-") zoom(1 / 1.3);
    if (event.key === "0") whole();
  });
  for (const box of boxes) box.addEventListener("change", filter);
  nothing();
  filter();
  status.textContent = "";
})();
