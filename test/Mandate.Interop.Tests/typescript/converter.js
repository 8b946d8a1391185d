// What the SDK's own converters write and read, for comparison with ours. Payloads and failures travel as base64 of their messages.
import { createRequire } from 'node:module';
import { DefaultFailureConverter, ActivityFailure, ApplicationFailure, CancelledFailure, ServerFailure, TerminatedFailure, TimeoutFailure, ensureApplicationFailure } from '@temporalio/common';
import { DefaultPayloadConverterWithProtobufs, ProtobufBinaryPayloadConverter, patchProtobufRoot } from '@temporalio/common/lib/protobufs.js';
import published from '@temporalio/proto/protos/json-module.js';
import proto from '@temporalio/proto';
import { describeError } from './errors.js';

// The converter checks classes of the very protobufjs it was installed with.
const protobuf = createRequire(createRequire(import.meta.url).resolve('@temporalio/common'))('protobufjs/light');
const root = patchProtobufRoot(protobuf.Root.fromJSON((published.default ?? published).toJSON()));
const converter = new DefaultPayloadConverterWithProtobufs({ protobufRoot: root });
const { Payload } = proto.temporal.api.common.v1;
const { Failure } = proto.temporal.api.failure.v1;
const failures = (options) => new DefaultFailureConverter(options);
const base64 = (type, message) => Buffer.from(type.encode(message).finish()).toString('base64');
const execution = () => root.lookupType('temporal.api.common.v1.WorkflowExecution').create({ workflowId: 'w', runId: 'r' });

const values = {
  undefined: () => undefined,
  null: () => null,
  text: () => 'text "with" é\u{1F600}',
  number: () => 1.5,
  boolean: () => true,
  object: () => ({ Id: 'o', Quantity: 2, Tags: ['a', 'b'], Parent: null }),
  bytes: () => new Uint8Array([0, 1, 254, 255]),
  protobuf: execution,
};

export function writePayload({ kind }) {
  const payload = kind === 'binaryProtobuf' ? new ProtobufBinaryPayloadConverter(root).toPayload(execution()) : converter.toPayload(values[kind]());
  return base64(Payload, payload);
}

export function readPayload({ payload }) {
  const value = converter.fromPayload(Payload.decode(Buffer.from(payload, 'base64')));
  if (value === undefined) return { type: 'undefined' };
  if (value instanceof Uint8Array) return { type: 'bytes', value: Buffer.from(value).toString('base64') };
  if (value?.$type) return { type: value.$type.fullName.replace(/^\./, ''), value: value.toJSON() };
  return { type: value === null ? 'null' : typeof value, value };
}

const errors = {
  plain: () => ensureApplicationFailure(new TypeError('plain', { cause: new Error('cause') })),
  application: () => ApplicationFailure.create({ message: 'application', type: 'Kind', nonRetryable: true, details: [1, 'two'], nextRetryDelay: '3s', cause: new Error('cause') }),
  cancelled: () => new CancelledFailure('cancelled', ['detail']),
  timeout: () => new TimeoutFailure('timeout', 'beat', 'HEARTBEAT'),
  terminated: () => new TerminatedFailure('terminated'),
  server: () => new ServerFailure('server', true),
  activity: () => new ActivityFailure('activity', 'sayHello', '7', 'MAXIMUM_ATTEMPTS_REACHED', 'worker', ApplicationFailure.create({ message: 'inner' })),
};

export const writeFailure = ({ kind, options }) => base64(Failure, failures(options).errorToFailure(errors[kind](), converter));

export const readFailure = ({ failure }) => describeError(failures().failureToError(Failure.decode(Buffer.from(failure, 'base64')), converter));
