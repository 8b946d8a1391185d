// How a workflow learns whether a gate is open, though it must not look outside: a payload with the metadata `gate` is the name of one, and reaches the workflow as true or false.
import { gates } from './activities.js';

function look(payload) {
  const name = payload.metadata?.gate;
  return name ? { metadata: { encoding: payload.metadata.encoding }, data: Buffer.from(JSON.stringify(gates.look(Buffer.from(name).toString()))) } : payload;
}

export const gateKeeper = {
  encode: async (payloads) => payloads,
  decode: async (payloads) => payloads.map(look),
};
