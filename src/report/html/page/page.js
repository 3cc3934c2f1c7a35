"use strict";
// The page's behaviour. Every text of the project reaches the document as text, never as markup.
(() => {
  const find = (id) => document.getElementById(id);
  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

  /** Opens the folds around what the address names, and shows it. */
  const reveal = () => {
    // An anchor has no character that an address would have to escape.
    const target = find(location.hash.slice(1));
    if (!target) return;
    let moved = false;
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS" && !at.open) { at.open = true; moved = true; }
    }
    if (moved) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  // Paper has no folds.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
    opened = [];
  });

  // Frameworks: the controls of one verdict.
  for (const bar of document.querySelectorAll("[data-framework]")) {
    const framework = find(bar.dataset.framework);
    const controls = [...framework.querySelectorAll(".control")];
    const groups = [...framework.querySelectorAll(".group")];
    const select = bar.querySelector("select");
    const status = bar.querySelector("[role=status]");
    const show = () => {
      const wanted = select.value;
      let count = 0;
      for (const control of controls) {
        control.hidden = wanted !== "" && control.dataset.verdict !== wanted;
        if (!control.hidden) count += 1;
      }
      for (const group of groups) {
        group.hidden = !group.querySelector(".control:not([hidden])");
        if (group.tagName === "DETAILS") group.open = wanted !== "" && !group.hidden;
      }
      status.textContent = `${count} of ${controls.length} controls`;
      if (count === 0) status.textContent += `: none is ${select.selectedOptions[0].textContent}`;
    };
    select.addEventListener("change", show);
    show();
    bar.hidden = false;
  }

  const holder = find("register-data");
  if (!holder) return;
  const data = JSON.parse(holder.textContent);
  const table = find("register-table");
  const body = table.tBodies[0];
  const written = [...body.rows];
  const word = (number) => data.words[number];
  const rows = data.rows.map((row, index) => {
    const [name, risk, kindOfClass, kind, acts, owner, systems, expires, review, rotation, errors, warnings, excess, flags, failed] = row;
    const one = {
      index, name, risk, class: word(kindOfClass), kind: word(kind), acts: word(acts), owner: word(owner), systems: systems.map(word),
      expires: word(expires), review: word(review), rotation: word(rotation), errors, warnings, excess, flags, failed,
      // One error weighs more than any number of warnings.
      findings: errors * 1e6 + warnings,
    };
    one.text = [name, one.owner || "nobody", one.class, one.kind, one.acts, data.risks[risk], ...one.systems].join("\n").toLowerCase();
    return one;
  });

  /** The address of an integration, as the page's own links have it. */
  const address = (row) => {
    const { folder, size, anchors } = data.pages;
    const anchor = anchors ? anchors[row.index] : `integration-${row.name}`;
    return `${folder}${String(Math.floor(row.index / size)).padStart(3, "0")}.html#${anchor}`;
  };
  const cells = ["risk", "class", "kind", "acts", "owner", "systems", "expires", "review", "rotation", "findings", "excess"];
  const days = new Set(["expires", "review", "rotation"]);
  const numbers = new Set(["findings", "excess"]);
  /** A row of the table, made where none was written. */
  const line = (row) => {
    if (written.length) return written[row.index];
    const element = document.createElement("tr");
    const head = make("th");
    head.scope = "row";
    const link = make("a");
    link.href = address(row);
    link.append(make("bdi", "", row.name));
    head.append(link);
    element.append(head);
    for (const key of cells) {
      const cell = make("td", days.has(key) ? "day" : numbers.has(key) ? "number" : "");
      const value = row[key];
      if (key === "risk") cell.append(make("span", `m r-${data.risks[value]}`, data.risks[value]));
      else if (key === "owner" && value === "") cell.append("nobody");
      else if (key === "systems" && value.length) value.forEach((system, at) => cell.append(at ? ", " : "", make("bdi", "", system)));
      else if (key === "findings" && value > 0) cell.append(`${grouped(row.errors)}, ${grouped(row.warnings)}`);
      else if (numbers.has(key) && value > 0) cell.append(grouped(value));
      else if (typeof value === "string" && value !== "") cell.append(make("bdi", "", value));
      else cell.append(make("span", "nothing", "–"));
      element.append(cell);
    }
    return element;
  };

  const filters = find("filters");
  const fields = Object.fromEntries(["text", "risk", "owner", "system", "gap", "only"].map((name) => [name, find(`filter-${name}`)]));
  const fill = (select, values) => {
    for (const value of [...new Set(values)].sort((a, b) => a.localeCompare(b, "en"))) {
      const option = make("option", "", value);
      option.value = value;
      select.append(option);
    }
  };
  fill(fields.owner, rows.map((row) => row.owner).filter((owner) => owner !== ""));
  fill(fields.system, rows.flatMap((row) => row.systems));
  const gaps = new Map(data.gaps.map(([control, asked]) => [control, new Set(asked)]));
  const failures = data.failed.map((list) => list.split(" ").filter(Boolean).map(Number));
  const only = {
    overdue: (row) => row.flags & 1,
    soon: (row) => row.flags & 2,
    unowned: (row) => row.flags & 4,
    withheld: (row) => row.flags & 8,
    exceptions: (row) => row.flags & 16,
    excess: (row) => row.excess > 0,
    findings: (row) => row.findings > 0,
  };

  const STEP = 200;
  let shown = STEP;
  let order = { key: "name", down: false };
  const less = (a, b) => {
    const [left, right] = order.key === "systems" ? [a.systems.join(), b.systems.join()] : [a[order.key], b[order.key]];
    if (typeof left === "number") return left - right;
    // What is not there comes last, whichever way the rest is.
    if ((left === "") !== (right === "")) return (left === "" ? 1 : -1) * (order.down ? -1 : 1);
    return left < right ? -1 : left > right ? 1 : 0;
  };
  const status = find("register-status");
  const more = find("more");
  const show = () => {
    const words = fields.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const asked = gaps.get(fields.gap.value);
    const kept = rows.filter((row) =>
      words.every((one) => row.text.includes(one))
      && (fields.risk.value === "" || data.risks[row.risk] === fields.risk.value)
      && (fields.owner.value === "" || row.owner === fields.owner.value)
      && (fields.system.value === "" || row.systems.includes(fields.system.value))
      && (!asked || failures[row.failed].some((one) => asked.has(one)))
      && (fields.only.value === "" || only[fields.only.value](row)));
    kept.sort((a, b) => (order.down ? -less(a, b) : less(a, b)) || a.index - b.index);
    const part = written.length ? kept : kept.slice(0, shown);
    body.replaceChildren(...part.map(line));
    const told = `${grouped(kept.length)} of ${grouped(rows.length)} integrations`;
    if (kept.length === 0) status.textContent = `${told}: no integration is like that`;
    else status.textContent = part.length < kept.length ? `${told}; the first ${grouped(part.length)} are shown` : told;
    more.hidden = part.length === kept.length;
    more.textContent = `Show ${Math.min(STEP, kept.length - part.length)} more`;
  };
  const anew = () => { shown = STEP; show(); };
  for (const field of Object.values(fields)) field.addEventListener("input", anew);
  more.addEventListener("click", () => { shown += STEP; show(); });
  find("clear").addEventListener("click", () => {
    for (const field of Object.values(fields)) field.value = "";
    anew();
    fields.text.focus();
  });
  for (const head of table.tHead.rows[0].cells) {
    const button = make("button", "", head.textContent);
    button.type = "button";
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const key = head.dataset.column;
      // Numbers are looked at from the top.
      order = { key, down: order.key === key ? !order.down : numbers.has(key) };
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
      anew();
    });
  }
  table.tHead.rows[0].cells[0].setAttribute("aria-sort", "ascending");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-filter]");
    if (!link) return;
    for (const field of Object.values(fields)) field.value = "";
    fields[link.dataset.filter].value = link.dataset.to;
    anew();
  });
  table.hidden = false;
  filters.hidden = false;
  show();
})();
