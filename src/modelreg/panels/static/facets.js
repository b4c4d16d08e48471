// The tabs of a version, one line each.

import { aboutOf } from "./about.js";
import { attachmentsOf } from "./attachments.js";
import { codeOf } from "./code.js";
import { curvesTabOf } from "./curves.js";
import { dataOf } from "./data.js";
import { environmentOf } from "./environment.js";
import { filesOf } from "./files.js";
import { runsOf } from "./runs.js";

/**
 * Tabs in their order: name -> [title, how many things it tells, what makes it]. A tab that tells nothing is not there, but
 * for the first. What makes one returns `{ root, take(facts) }` and is called once for a version.
 */
export const FACETS = {
  overview: ["Overview", () => 0, aboutOf],
  attachments: ["Attachments", (facts) => facts.attachments.length, attachmentsOf],
  curves: ["Curves", (facts) => facts.curves.total, curvesTabOf],
  code: ["Code", (facts) => Math.max(facts.captured?.statements ?? 0, facts.captured?.kinds.length ? 1 : 0, facts.captured?.git ? 1 : 0), codeOf],
  data: ["Data", (facts) => facts.captured?.data ?? 0, dataOf],
  environment: ["Environment", (facts) => facts.captured?.environment ?? 0, environmentOf],
  runs: ["Runs", (facts) => facts.runs.length, runsOf],
  files: ["Files", (facts) => facts.files.length + (facts.more.files ?? 0), filesOf],
};
