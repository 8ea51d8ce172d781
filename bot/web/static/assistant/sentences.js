// What is said when something does not go as it should.

import { fill } from "./strings.js";

/** Why the gateway did not take a call. */
export function refusal({ status, detail, retryAfter }, { errors }) {
  if (status === 0) return errors.offline;
  if ([401, 404].includes(status)) return errors.lost;
  if (status === 403) return errors.notAllowed;
  if (status === 429) return fill(errors.busy, { seconds: retryAfter || 5 });
  if (status === 503) return errors.notReady;
  return status >= 500 ? errors.server : detail || errors.refused;
}

/** What holds the conversation up just now; empty when nothing does. */
export function troubleOf({ connected, lost, outbox: { trouble, entries } }, strings) {
  if (lost) return strings.errors.lost;
  if (trouble?.status === 503) return strings.starting;
  if (trouble?.status === 429) return fill(strings.busy, { seconds: trouble.retryAfter || 5 });
  if (trouble) return strings.reconnectingUnsent;
  if (connected) return "";
  return entries.some((entry) => !entry.refused) ? strings.reconnectingUnsent : strings.reconnecting;
}
