const TIME = String.raw`(?<time>\d{2}:\d{2}:\d{2})`;

/** RFC 9110 §5.6.7: the form in use, and the two of old that a recipient must know, too. */
const FORMS = [
  new RegExp(`^[A-Z][a-z]{2}, (?<day>\\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^[A-Z][a-z]{5,8}, (?<day>\\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\\d{2}) ${TIME} GMT$`),
  new RegExp(`^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];

/** Reads an HTTP date, whole seconds; undefined for anything else, which recipients ignore. */
export function parseHttpDate(text: string): Date | undefined {
  for (const form of FORMS) {
    const { day, month, year, time } = form.exec(text)?.groups ?? {};
    if (day === undefined || year === undefined) continue;
    const date = new Date(`${day} ${month} ${year.length === 2 ? century(Number(year)) : year} ${time} GMT`);
    // the 31st of February is another day; NaN is none at all
    return date.getUTCDate() === Number(day) ? date : undefined;
  }
  return undefined;
}

/** A year of two digits that seems to be over 50 years ahead is past. */
function century(year: number): number {
  const soon = new Date().getUTCFullYear() + 50;
  return 2000 + year > soon ? 1900 + year : 2000 + year;
}
