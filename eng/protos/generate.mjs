// Writes src/Mandate.Protocol/Protos/**.proto: the RPCs of rpcs.json and every message they reach, with the names, numbers and
// types of the descriptor published in @temporalio/proto. Run `npm ci && npm run generate` here when the contract moves.
// `node generate.mjs --out FOLDER` writes the files elsewhere, for a test that compares them with the committed ones;
// `node generate.mjs --descriptor FILE` instead writes the flattened contract as JSON, which a test compares with our generated code.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const option = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const out = option('--out') ?? join(here, '../../src/Mandate.Protocol/Protos');
const published = require('@temporalio/proto/protos/json-module.js');
const root = (published.default ?? published).toJSON();
const rpcs = JSON.parse(readFileSync(join(here, 'rpcs.json'), 'utf8'));

// Types the protobuf runtime brings itself are imported, not generated.
const wellKnown = {
  'google.protobuf.Duration': 'duration', 'google.protobuf.Timestamp': 'timestamp', 'google.protobuf.Any': 'any',
  'google.protobuf.FieldMask': 'field_mask', 'google.protobuf.Empty': 'empty', 'google.protobuf.Struct': 'struct',
  'google.protobuf.Value': 'struct', 'google.protobuf.BoolValue': 'wrappers', 'google.protobuf.BytesValue': 'wrappers',
  'google.protobuf.DoubleValue': 'wrappers', 'google.protobuf.Int64Value': 'wrappers', 'google.protobuf.StringValue': 'wrappers',
};
// Detail types of google.rpc.Status travel inside Any, and messages travel inside history, so no RPC names them.
const extraRoots = [
  'google.rpc.Status', 'temporal.api.history.v1.History',
  'temporal.api.update.v1.Acceptance', 'temporal.api.update.v1.Rejection', 'temporal.api.update.v1.Response', 'temporal.api.update.v1.Request',
  ...Object.keys(node('temporal.api.errordetails.v1').nested).map((n) => `temporal.api.errordetails.v1.${n}`),
];
const scalars = new Set(['double', 'float', 'int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'fixed32', 'fixed64', 'sfixed32', 'sfixed64', 'bool', 'string', 'bytes']);

function node(path) {
  return path.split('.').reduce((n, part) => n?.nested?.[part], root);
}

function resolve(name, scope) {
  if (name.startsWith('.')) return name.slice(1);
  for (let at = scope; ; at = at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '') {
    const full = at ? `${at}.${name}` : name;
    const found = node(full);
    if (wellKnown[full] || found?.fields || found?.values) return full;
    if (!at) throw new Error(`unresolved type ${name} in ${scope}`);
  }
}

const packageOf = (type) => {
  let at = type;
  while (node(at)?.fields || node(at)?.values || node(at)?.methods) at = at.slice(0, at.lastIndexOf('.'));
  return at;
};
const topLevel = (type) => {
  const pkg = packageOf(type);
  return `${pkg}.${type.slice(pkg.length + 1).split('.')[0]}`;
};

// 1. The closure: every top-level type reached from the listed RPCs.
const types = new Set();
const queue = [...extraRoots];
for (const [service, names] of Object.entries(rpcs)) {
  for (const name of names) {
    const method = node(service).methods[name];
    if (!method) throw new Error(`${service} has no ${name}`);
    queue.push(resolve(method.requestType, service), resolve(method.responseType, service));
  }
}
while (queue.length) {
  const type = queue.pop();
  if (wellKnown[type]) continue;
  const top = topLevel(type);
  if (types.has(top)) continue;
  types.add(top);
  visit(top);
}
function visit(type) {
  const n = node(type);
  for (const f of Object.values(n.fields ?? {})) if (!scalars.has(f.type)) queue.push(resolve(f.type, type));
  for (const [name, child] of Object.entries(n.nested ?? {})) if (child.fields || child.values) visit(`${type}.${name}`);
}

// 2. One file per package; messages that make two packages import each other would not compile, protoc says so.
const snake = (s) => s.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const pascal = (s) => s[0].toUpperCase() + s.slice(1);
const csharpNames = { workflowservice: 'WorkflowService', operatorservice: 'OperatorService', taskqueue: 'TaskQueue', errordetails: 'ErrorDetails' };
const csharp = (pkg) => `Mandate.Protocol.Api.${pkg.replace(/^(temporal\.api|google|grpc)\./, '').split('.').map((p) => csharpNames[p] ?? pascal(p)).join('.')}`;
const fileOf = (pkg) => `${pkg.replaceAll('.', '/')}/${pkg.split('.').findLast((p) => !/^v\d+$/.test(p))}.proto`;
const isOptional = (n, name) => n.fields[name].options?.proto3_optional === true;

function message(type, indent, imports, pkg) {
  const n = node(type);
  const name = type.slice(type.lastIndexOf('.') + 1);
  const pad = '  '.repeat(indent);
  const lines = [`${pad}message ${name} {`];
  const grouped = new Map();
  for (const [oneof, { oneof: members }] of Object.entries(n.oneofs ?? {}))
    if (!members.every((m) => isOptional(n, m))) for (const m of members) grouped.set(m, oneof);
  const field = (fname, extra) => {
    const f = n.fields[fname];
    const label = f.rule === 'repeated' ? 'repeated ' : isOptional(n, fname) ? 'optional ' : '';
    const t = scalars.has(f.type) ? f.type : reference(resolve(f.type, type));
    const text = f.keyType ? `map<${f.keyType}, ${t}>` : label + t;
    return `${pad}  ${extra}${text} ${f.protoName ?? fname} = ${f.id};`;
  };
  const reference = (full) => {
    const other = packageOf(full);
    if (wellKnown[full]) imports.add(`google/protobuf/${wellKnown[full]}.proto`);
    else if (other !== pkg) imports.add(fileOf(other));
    return `.${full}`;
  };
  for (const [cname, child] of Object.entries(n.nested ?? {})) {
    if (child.fields) lines.push(...message(`${type}.${cname}`, indent + 1, imports, pkg));
    else if (child.values) lines.push(...enumeration(`${type}.${cname}`, indent + 1));
  }
  const done = new Set();
  for (const fname of Object.keys(n.fields)) {
    const oneof = grouped.get(fname);
    if (!oneof) lines.push(field(fname, ''));
    else if (!done.has(oneof)) {
      done.add(oneof);
      lines.push(`${pad}  oneof ${snake(oneof)} {`, ...n.oneofs[oneof].oneof.map((m) => field(m, '  ')), `${pad}  }`);
    }
  }
  lines.push(`${pad}}`, '');
  return lines;
}

function enumeration(type, indent) {
  const n = node(type);
  const pad = '  '.repeat(indent);
  const alias = new Set(Object.values(n.values)).size < Object.keys(n.values).length;
  return [`${pad}enum ${type.slice(type.lastIndexOf('.') + 1)} {`, ...(alias ? [`${pad}  option allow_alias = true;`] : []),
    ...Object.entries(n.values).map(([k, v]) => `${pad}  ${k} = ${v};`), `${pad}}`, ''];
}

const byPackage = Map.groupBy ? Map.groupBy([...types].sort(), packageOf) : [...types].sort().reduce((m, t) => m.set(packageOf(t), [...(m.get(packageOf(t)) ?? []), t]), new Map());
for (const service of Object.keys(rpcs)) if (!byPackage.has(packageOf(service))) byPackage.set(packageOf(service), []);

const descriptor = option('--descriptor');
if (descriptor) {
  const flat = {};
  const flatten = (type) => {
    const n = node(type);
    if (n.values) { flat[type] = { values: n.values }; return; }
    flat[type] = { fields: Object.fromEntries(Object.entries(n.fields).map(([fname, f]) => {
      const oneof = Object.entries(n.oneofs ?? {}).find(([, o]) => o.oneof.includes(fname))?.[0];
      return [f.protoName ?? fname, {
        number: f.id, type: scalars.has(f.type) ? f.type : resolve(f.type, type), key: f.keyType ?? null, repeated: f.rule === 'repeated',
        optional: isOptional(n, fname), oneof: oneof && !isOptional(n, fname) ? snake(oneof) : null,
      }];
    })) };
    for (const [name, child] of Object.entries(n.nested ?? {})) if (child.fields || child.values) flatten(`${type}.${name}`);
  };
  for (const type of [...types].sort()) flatten(type);
  const services = Object.fromEntries(Object.entries(rpcs).map(([service, names]) => [service, Object.fromEntries(names.map((name) => {
    const m = node(service).methods[name];
    return [name, { request: resolve(m.requestType, service), response: resolve(m.responseType, service) }];
  }))]));
  writeFileSync(descriptor, JSON.stringify({ types: flat, services }, null, 1));
} else {
  rmSync(out, { recursive: true, force: true });
  for (const [pkg, members] of byPackage) {
    const imports = new Set();
    const body = members.flatMap((t) => (node(t).values ? enumeration(t, 0) : message(t, 0, imports, pkg)));
    for (const [service, names] of Object.entries(rpcs)) {
      if (packageOf(service) !== pkg) continue;
      body.push(`service ${service.slice(pkg.length + 1)} {`);
      for (const name of [...names].sort()) {
        const m = node(service).methods[name];
        body.push(`  rpc ${name}(.${resolve(m.requestType, service)}) returns (.${resolve(m.responseType, service)});`);
      }
      body.push('}', '');
    }
    const file = join(out, fileOf(pkg));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, [
      '// Generated by eng/protos/generate.mjs from the published contract. Do not edit.', 'syntax = "proto3";', '', `package ${pkg};`, '',
      `option csharp_namespace = "${csharp(pkg)}";`, '', ...[...imports].sort().map((i) => `import "${i}";`), ...(imports.size ? [''] : []), ...body,
    ].join('\n').trimEnd() + '\n');
  }
  console.log(`${types.size} types in ${byPackage.size} packages`);
}
