/** Sentences of a language, filled; dates and numbers of days and months as people write them. */
import { dateOf } from "../calendar.js";
import { decimal } from "../text.js";
import * as english from "./english.js";
import * as spanish from "./spanish.js";

const SPOKEN = { es: spanish, en: english };
export const LANGUAGES = Object.keys(SPOKEN);

/** What can be said in a language. */
export function phrasesOf(language) {
  const { MONTHS, SENTENCES } = SPOKEN[language];
  /** A sentence with its names filled. */
  const say = (key, values = {}) => SENTENCES[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const counted = (unit, number) => (number === 1 ? say(`one_${unit}`) : say(`${unit}s`, { number: decimal(number, 0, language) }));
  return {
    language,
    say,
    /** A day such as "1 de julio de 2016". */
    date(day) {
      const [year, month, date] = dateOf(day).split("-").map(Number);
      return say("date", { day: date, month: MONTHS[month - 1], year });
    },
    /** Such as "1 día", "60 días". */
    days: (number) => counted("day", number),
    /** Such as "1 mes", "240 meses". */
    months: (number) => counted("month", number),
  };
}
