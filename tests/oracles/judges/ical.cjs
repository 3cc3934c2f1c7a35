// Reads a calendar from stdin with ical.js, which refuses more than others do, and says what is in it, or its error.
const ICAL = require("ical.js");

const text = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const core = ICAL.default ?? ICAL;
core.design.strict = true;
let answer;
try {
  const calendar = new core.Component(core.parse(text));
  const entries = calendar.getAllSubcomponents().filter((one) => ["vevent", "vtodo"].includes(one.name));
  answer = {
    name: calendar.name,
    entries: entries.map((one) => ({
      uid: one.getFirstPropertyValue("uid"),
      summary: one.getFirstPropertyValue("summary"),
      start: String(one.getFirstPropertyValue("dtstart") ?? one.getFirstPropertyValue("due")),
      rule: String(one.getFirstPropertyValue("rrule") ?? ""),
    })),
  };
} catch (error) {
  answer = { error: String(error.message ?? error).split("\n")[0] };
}
process.stdout.write(JSON.stringify(answer));
