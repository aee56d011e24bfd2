/* Numbers, as analysis/publish/text/numbers.py writes them. */

const MISSING = "–";

// toFixed rounds halves up; Python rounds them to even, and only exact halves differ.
const fixed = (value, digits) => {
  const size = Math.abs(value);
  const up = size.toFixed(digits);
  const rest = size.toFixed(100).split(".")[1].slice(digits);
  if (!/^50*$/.test(rest) || Number(up.at(-1)) % 2 === 0) return up;
  const unit = 10 ** -digits;
  return (Number(up) - unit).toFixed(digits);
};

const plain = (value, digits = 0) => {
  if (value === null || Number.isNaN(value)) return MISSING;
  const [whole, part] = fixed(value, digits).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
};

const percent = (share, digits = 0) =>
  share === null ? MISSING : `${plain(100 * share, digits)}%`;

const signed = (value, digits = 2) => {
  const text = plain(value, digits);
  return /^[−–]/.test(text) || value === 0 ? text : `+${text}`;
};

const byKind = (value, kind) => {
  if (value === null) return MISSING;
  if (kind === "share") return percent(value, 1);
  if (kind === "dollars") return `$${plain(value)}`;
  if (kind === "count" || kind === "indicator") return plain(value);
  if (kind === "rank") return plain(value, 1);
  const digits = value === 0 ? 2 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return plain(value, Math.min(digits, 5));
};
