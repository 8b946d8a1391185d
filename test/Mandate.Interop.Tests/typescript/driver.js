// Runs the official SDK at the command of the tests. One JSON object a line on standard input, { id, op, args }, is answered by one on standard
// output: { id, result } or { id, error }. Requests run concurrently. Everything else, logs included, goes to standard error. Ends with its input.
import { createInterface } from 'node:readline';
import { Console } from 'node:console';
import { DefaultLogger, Runtime, makeTelemetryFilterString } from '@temporalio/worker';
import * as workerOperations from './worker.js';
import * as clientOperations from './client.js';
import * as converterOperations from './converter.js';
import { describeError } from './errors.js';

globalThis.console = new Console(process.stderr, process.stderr);
Runtime.install({
  logger: new DefaultLogger('WARN', ({ level, message, meta }) => console.error(`[${level}] ${message} ${text(meta)}`)),
  telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: process.env.MANDATE_INTEROP_CORE_LOG ?? 'WARN', other: 'ERROR' }) } },
  shutdownSignals: [],
});

const operations = { ...workerOperations, ...clientOperations, ...converterOperations };

function text(meta) {
  const { error, ...rest } = meta ?? {};
  try {
    return `${JSON.stringify(rest, plain)} ${error?.stack ?? error ?? ''}`;
  } catch {
    return String(error ?? '');
  }
}

// 64-bit numbers of the wire are decimal text; bytes are base64.
function plain(key, value) {
  if (typeof value === 'bigint') return value.toString();
  if (value && typeof value === 'object' && typeof value.toNumber === 'function') return value.toString();
  return value;
}

async function answer(line) {
  const { id, op, args } = JSON.parse(line);
  let reply;
  try {
    if (!operations[op]) throw new Error(`The driver has no operation ${op}`);
    reply = { id, result: (await operations[op](args ?? {})) ?? null };
  } catch (e) {
    reply = { id, error: describeError(e) };
  }
  process.stdout.write(`${JSON.stringify(reply, plain)}\n`);
}

// A call that outlives its test ends with an error nobody waits for; the tests after it go on.
process.on('unhandledRejection', (e) => console.error('unhandled rejection', e));
process.on('uncaughtException', (e) => console.error('uncaught exception', e));
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => void answer(line));
lines.on('close', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ id: 0, result: 'ready' })}\n`);
