// Parses Terraform files. In: {"files": {path: text}}. Out: {path: {"value": tree} | {"error": "…"}}.
"use strict";
const { parse } = require("@cdktf/hcl2json");

let text = "";
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", async () => {
  const answers = {};
  for (const [path, source] of Object.entries(JSON.parse(text).files)) {
    try {
      answers[path] = { value: await parse(path, source) };
    } catch (error) {
      answers[path] = { error: String(error.message || error) };
    }
  }
  process.stdout.write(JSON.stringify(answers));
});
