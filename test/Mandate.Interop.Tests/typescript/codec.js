// Payload encryption as docs/payload-encryption.md describes it, written from that page alone: metadata encoding = binary/encrypted and
// encryption-key-id; data = nonce (12) + AES-256-GCM ciphertext of the whole payload + tag (16); the namespace is the associated data.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import proto from '@temporalio/proto';

const { Payload } = proto.temporal.api.common.v1;
const encoding = Buffer.from('binary/encrypted');
const namespace = Buffer.from('default');
const keys = new Map([['interop-1', Buffer.from(Array.from({ length: 32 }, (_, i) => i))]]);
const current = 'interop-1';

function seal(payload) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keys.get(current), nonce).setAAD(namespace);
  const data = Buffer.concat([nonce, cipher.update(Payload.encode(payload).finish()), cipher.final(), cipher.getAuthTag()]);
  return { metadata: { encoding, 'encryption-key-id': Buffer.from(current) }, data };
}

function open(payload) {
  if (!payload.metadata?.encoding || !encoding.equals(payload.metadata.encoding)) return payload;
  const key = keys.get(Buffer.from(payload.metadata['encryption-key-id']).toString());
  const data = Buffer.from(payload.data);
  const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, 12)).setAAD(namespace).setAuthTag(data.subarray(-16));
  return Payload.decode(Buffer.concat([decipher.update(data.subarray(12, -16)), decipher.final()]));
}

export const codec = {
  encode: async (payloads) => payloads.map(seal),
  decode: async (payloads) => payloads.map(open),
};
