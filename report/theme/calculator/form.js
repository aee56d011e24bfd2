/* Read the radio buttons and show what the card says. All markup is in the page already. */

const meaning = (many, label) => {
  if (many === 0) return `Of 100 such households, hardly any is among ${label}.`;
  if (many === 100) return `Of 100 such households, nearly all are among ${label}.`;
  return `Of 100 such households, about ${many} are among ${label} and ${100 - many} are not; ` +
    "which ones, the card can't tell.";
};

const start = (card, root) => {
  const find = (selector) => root.querySelector(selector);
  const fields = [...root.querySelectorAll("fieldset")];
  const region = find("select");
  const cells = [...root.querySelectorAll("td[data-line]")];

  const answers = () =>
    fields.map((field) => {
      const chosen = field.querySelector("input:checked");
      return chosen ? Number(chosen.value) : null;
    });

  const showPoints = (chosen) =>
    fields.forEach((field, q) => {
      const points = chosen[q] === null ? null : card.questions[q].points[chosen[q]];
      field.querySelector(".pc-points").textContent =
        points === null ? "" : `${points}\u00a0${points === 1 ? "point" : "points"}`;
    });

  const showTable = (score) => {
    for (const cell of cells) {
      const { line, region: place } = cell.dataset;
      const tenths = score === null ? null : tenthsOf(card.lines[line], Number(place), score);
      cell.textContent = tenths === null ? "–" : percentOf(tenths);
      cell.parentElement.classList.toggle("pc-here", place === region.value);
    }
  };

  const told = (score, place) => {
    const line = card.lines[0];
    const tenths = tenthsOf(line, place, score);
    const many = Math.round(tenths / 10);
    // 1.96 standard errors, in tenths of a percentage point
    const margin = Math.ceil(1960 * line.error[place + 1]);
    find(".pc-probability").textContent = percentOf(tenths);
    find(".pc-meaning").textContent = meaning(many, line.label);
    find(".pc-persons").textContent =
      `To count people: ${percentOf(tenthsOfPersons(line, place, score))} of those who live in ` +
      `such households are among ${line.label}. Weight each household by its members, and ` +
      "average this number.";
    find(".pc-error").textContent =
      "The card was fitted to a sample: an average of its probabilities over many households " +
      `of ${place < 0 ? "the country" : "this region"} can be off by ` +
      `${Math.floor(margin / 10)}.${margin % 10} percentage points either way (95%), ` +
      "before any chance in who is asked.";
  };

  const update = () => {
    const chosen = answers();
    const done = chosen.filter((answer) => answer !== null).length;
    const complete = done === fields.length;
    showPoints(chosen);
    const sum = chosen.reduce(
      (total, answer, q) => total + (answer === null ? 0 : card.questions[q].points[answer]), 0);
    const score = complete ? scoreOf(card, chosen) : null;
    find(".pc-state").textContent = complete
      ? `Score: ${score} of 100.`
      : `${done} of ${fields.length} questions answered, ${sum}\u00a0points so far.`;
    find(".pc-result").hidden = !complete;
    showTable(score);
    if (complete) told(score, Number(region.value));
  };

  root.addEventListener("change", update);
  // The fields are emptied only after the event.
  find("form").addEventListener("reset", () => setTimeout(update));
  find(".pc-live").hidden = false;
  update();
};

const root = document.getElementById("poverty-calculator");
if (root && window.povertyCard) start(window.povertyCard, root);
window.povertyCalculator = { scoreOf, tenthsOf, tenthsOfPersons, percentOf };
