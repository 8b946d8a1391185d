// A codec that both languages have: a whole payload, its bytes reversed, inside another one.
import proto from '@temporalio/proto';

const { Payload } = proto.temporal.api.common.v1;
const encoding = Buffer.from('binary/reversed-a');
const reversed = (bytes) => Uint8Array.from(bytes).reverse();

export const codec = {
  encode: async (payloads) => payloads.map((p) => ({ metadata: { encoding }, data: reversed(Payload.encode(p).finish()) })),
  decode: async (payloads) => payloads.map((p) => (p.metadata?.encoding && encoding.equals(p.metadata.encoding) ? Payload.decode(reversed(p.data)) : p)),
};
