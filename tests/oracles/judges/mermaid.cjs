// Reads a list of pictures from stdin and says of each what Mermaid's parser found in it, or its error; of those that are
// no flowcharts only the type.
// The parser cleans labels with a library that wants a document, which jsdom gives it.
const { pathToFileURL } = require("node:url");
const { JSDOM } = require("jsdom");

async function main() {
  const texts = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  const { window } = new JSDOM("");
  globalThis.window = window;
  globalThis.document = window.document;
  const mermaid = (await import(pathToFileURL(require.resolve("mermaid")))).default;
  const answers = [];
  for (const text of texts) {
    try {
      const { diagramType } = await mermaid.parse(text);
      const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
      if (db.getVertices === undefined) {
        answers.push({ type: diagramType });
        continue;
      }
      const nodes = [...db.getVertices().keys()];
      answers.push({
        type: diagramType,
        hidden: nodes.includes("hidden"),
        nodes: nodes.length,
        edges: db.getEdges().length,
        boxes: db.getSubGraphs().length,
      });
    } catch (error) {
      answers.push({ error: String(error.message ?? error).split("\n").slice(0, 3).join(" / ") });
    }
  }
  process.stdout.write(JSON.stringify(answers));
}

main();
