/* The card's arithmetic, in whole numbers, as in analysis/scorecard/card/score.py. */

// Answers are positions in each question's list, from 0.
const scoreOf = (card, answers) =>
  card.questions.reduce((sum, question, q) => sum + question.points[answers[q]], 0);

// Tenths of a per cent; a region of -1 is the country as a whole.
const inColumn = (lookup, region, score) =>
  (region < 0 ? lookup.national : lookup.regions[region])[score];
const tenthsOf = (line, region, score) => inColumn(line.lookup, region, score);

// The same for a person of such a household: larger households count for more.
const tenthsOfPersons = (line, region, score) => inColumn(line.persons, region, score);

// The lookup keeps whole tenths, so its ends mean "nearly", never "certainly".
const percentOf = (tenths) => {
  if (tenths === 0) return "under 0.1%";
  if (tenths === 1000) return "over 99.9%";
  return `${Math.floor(tenths / 10)}.${tenths % 10}%`;
};
