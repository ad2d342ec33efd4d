/** What a check answers: ok true holds, false differs, null could not be checked; `found` is a key of the texts. */
export const pass = (found, values = {}) => ({ ok: true, found, values });
export const fail = (found, values = {}) => ({ ok: false, found, values });
export const unsure = (found, values = {}) => ({ ok: null, found, values });

/**
 * The same answer as a note, unless it differs: it says what came after the last closed month, or beside it, and no verdict
 * rests on it.
 */
export const noted = (answer) => (answer.ok === false ? answer : { ...answer, note: true });

/** Whether two addresses or hashes are the same, in any case of letters. */
export const same = (a, b) => a.toLowerCase() === b.toLowerCase();
