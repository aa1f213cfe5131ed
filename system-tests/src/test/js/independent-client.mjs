// A second client in another language, written from proto/src/main/proto and docs/protocol.md alone: it shares no code with the
// Java one, so what both agree on is what the documents say. It plays against a running devnet and checks every answer itself.
//
//   ./sluice devnet                                          (in one terminal; wait until it is up)
//   cd system-tests/src/test/js && npm ci
//   node independent-client.mjs [--sequencer 127.0.0.1:9000] [--l1 http://127.0.0.1:8545] [--seed text]
//
// It takes its L1 money from `anvil_setBalance`, makes new wallets at every run (the seed is printed; the same seed needs a fresh
// devnet), and exits with 0 only if every check passed. It takes about half a minute, most of it waiting for epochs and finality.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import {
  AbiCoder, concat, Contract, getBytes, hexlify, JsonRpcProvider, keccak256, parseEther, randomBytes, recoverAddress, Signature,
  toBeHex, toUtf8Bytes, TypedDataEncoder, Wallet, ZeroHash, zeroPadBytes, zeroPadValue,
} from 'ethers';

const { values: args } = parseArgs({
  options: {
    sequencer: { type: 'string', default: '127.0.0.1:9000' },
    l1: { type: 'string', default: 'http://127.0.0.1:8545' },
    seed: { type: 'string', default: hexlify(randomBytes(8)) },
  },
});

let checks = 0;
function check(condition, what) {
  if (!condition) throw new Error(`check failed: ${what}`);
  checks += 1;
}
function equal(actual, expected, what) {
  const text = (value) => (value instanceof Uint8Array ? hexlify(value) : String(value)).toLowerCase();
  check(text(actual) === text(expected), `${what}: ${text(actual)}, expected ${text(expected)}`);
}
const started = Date.now();
const say = (line) => console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);

const sleep = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));

/** Asks again until the answer is there; the bound only says when to give up. */
async function until(what, ask, seconds = 120) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`gave up after ${seconds} s waiting for ${what}`);
    await sleep(200);
  }
}

// ---- §1: integers, hashes, signatures -----------------------------------------------------------------------------------------

const be = (bytes) => (value) => toBeHex(value, bytes);
const [u8, u16, u32, u64, u128] = [1, 2, 4, 8, 16].map(be);
const H = (...parts) => keccak256(concat(parts));
const big = (bytes) => (bytes.length === 0 ? 0n : BigInt(hexlify(bytes)));
const bytes16 = (value) => getBytes(u128(value));
const sameAddress = (a, b) => hexlify(a).toLowerCase() === hexlify(b).toLowerCase();

/** node(l, r) = H(l | r), but node(0, 0) = 0 (§3). */
const node = (left, right) => (left === ZeroHash && right === ZeroHash ? ZeroHash : H(left, right));

/** Multiproof of §3. Leaves are `{ index, mask, hash }` with bigints for index and mask. */
function multiproofRoot(depth, leaves, siblings) {
  const stack = [];
  let used = 0;
  leaves.forEach((leaf, i) => {
    const last = i + 1 === leaves.length;
    if (!last) check(leaf.index < leaves[i + 1].index, 'multiproof: strictly ascending');
    const limit = last ? depth : (leaf.index ^ leaves[i + 1].index).toString(2).length - 1;
    let hash = leaf.hash;
    let mask = leaf.mask;
    for (let level = 0; level < limit; level += 1) {
      const top = stack.at(-1);
      const bit = 1n << BigInt(level);
      if (top?.level === level) {
        stack.pop();
        hash = node(top.hash, hash);
        continue;
      }
      let sibling = ZeroHash;
      if (mask & bit) {
        check(used < siblings.length, 'multiproof: a sibling is missing');
        sibling = siblings[used];
        used += 1;
        check(sibling !== ZeroHash, 'multiproof: a zero sibling is named');
        mask &= ~bit;
      }
      hash = leaf.index & bit ? node(sibling, hash) : node(hash, sibling);
    }
    check(mask === 0n, 'multiproof: mask bits where the leaf does not climb');
    stack.push({ level: limit, hash });
  });
  check(stack.length === 1 && used === siblings.length, 'multiproof: one root, every sibling used');
  return stack[0].hash;
}

/** Root of a sparse tree (§3) from `[index, hash]` pairs with bigints for index. */
function treeRoot(depth, leaves) {
  let level = new Map(leaves);
  for (let i = 0; i < depth; i += 1) {
    const next = new Map();
    for (const index of level.keys()) {
      const parent = index >> 1n;
      next.set(parent, node(level.get(parent << 1n) ?? ZeroHash, level.get((parent << 1n) | 1n) ?? ZeroHash));
    }
    level = next;
  }
  return level.get(0n) ?? ZeroHash;
}
const depthOf = (count) => Math.ceil(Math.log2(count));

const split = (bytes, size) => Array.from({ length: bytes.length / size }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

// BLS: keys x | y in G1, signatures x.c0 | x.c1 | y.c0 | y.c1 in G2.
const fp = be(48);
const HEARTBEAT_DST = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';
const POSSESSION_DST = 'BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';
class Device {
  constructor(seed) {
    this.secret = BigInt(seed) % bls12_381.fields.Fr.ORDER;
    const { x, y } = bls12_381.G1.Point.BASE.multiply(this.secret).toAffine();
    this.key = concat([fp(x), fp(y)]);
  }

  sign(message, dst) {
    const { x, y } = bls12_381.G2.hashToCurve(getBytes(message), { DST: dst }).multiply(this.secret).toAffine();
    return concat([fp(x.c0), fp(x.c1), fp(y.c0), fp(y.c1)]);
  }
}

// ---- §4: what is signed and what is submitted -----------------------------------------------------------------------------------

const fields = (text) => text.split(',').map((field) => ({ type: field.split(' ')[0], name: field.split(' ')[1] }));
const TYPES = Object.fromEntries(Object.entries({
  Transfer: 'uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee',
  Withdraw: 'uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee',
  ChannelOpen: 'uint32 account,uint64 nonce,address payee,uint8 token,uint128 deposit,uint8 meter,bytes32 meterKey,uint128 meterRate,uint32 closeDelay,uint128 maxFee',
  Voucher: 'bytes32 channel,uint128 amount',
  ChannelClose: 'uint32 account,uint64 nonce,bytes32 channel,uint128 maxFee',
  ProviderRegister: 'uint32 account,uint64 nonce,address payout,uint16 class,uint64 capabilities,uint64 cell,uint8 token,uint128 price,bytes32 deviceKeyHash,uint128 maxFee',
  ProviderUpdate: 'uint32 account,uint64 nonce,bytes32 provider,address payout,uint64 cell,uint128 price,bytes32 endpointHash,uint8 retire,uint128 maxFee',
  JobOpen: 'uint32 account,uint64 nonce,bytes32[] providers,uint8 quorum,uint8 token,uint128 escrow,uint8 mode,bytes32 specHash,bytes32 expected,uint64 deadline,uint32 window,uint16 refusalBps,uint128 maxFee',
  JobResult: 'uint32 account,uint64 nonce,bytes32 job,uint8 member,bytes32 resultHash,uint128 maxFee',
  JobReveal: 'uint32 account,uint64 nonce,bytes32 job,uint8 member,bytes32 resultHash,bytes32 salt,uint128 maxFee',
  JobSettle: 'uint32 account,uint64 nonce,bytes32 job,uint8 verdict,uint16 reason',
  BlockConfirmation: 'uint64 number,bytes32 blockAccumulator,uint64 postBy',
  HeartbeatReceipt: 'bytes32 provider,uint32 epoch,uint64 receivedAt',
}).map(([name, text]) => [name, { [name]: fields(text) }]));

/** What the wire form begins with: the kind and, of the kinds that have two forms of a signed statement, which one it is. */
const HEAD = {
  Transfer: '0x01', Withdraw: '0x02', ChannelOpen: '0x03', Voucher: '0x0401', ChannelClose: '0x0500', ProviderRegister: '0x06',
  ProviderUpdate: '0x07', JobOpen: '0x0a', JobResult: '0x0b00', JobReveal: '0x0b01', JobSettle: '0x0c',
};
const width = (type) => (type === 'address' ? 20 : type === 'bytes32' ? 32 : Number(type.slice(4)) / 8);
function encoded({ type, name }, value) {
  if (type.endsWith('[]')) return concat([u8(value[name].length), ...value[name]]);
  return type.startsWith('uint') ? toBeHex(value[name], width(type)) : value[name];
}
const MULTIPLIERS = { 1: 1n, 2: 2n, 3: 2n, 4: 1n, 5: 1n, 6: 8n, 7: 1n, 10: 2n, 11: 1n, 12: 1n };

let domain; // for ethers
let D; // its hash
let info; // ChainInfo
let units; // fee units
const price = (kind, token = 0) => units[token] * (MULTIPLIERS[kind] ?? 0n);
const digest = (name, value) => TypedDataEncoder.hash(domain, TYPES[name], value);
/** §1: of the owner of the account that opens and of what the owner signs to open it. */
const idOf = (owner, name, value) => H(zeroPadValue(owner, 32), digest(name, value));
const commitmentTo = (job, member, resultHash, salt) => H(job, u8(member), resultHash, salt);

async function signed(wallet, name, value) {
  return Signature.from(await wallet.signTypedData(domain, TYPES[name], value)).compactSerialized;
}
const signer = (name, value, signature) => recoverAddress(digest(name, value), Signature.from(hexlify(signature)));

/** The wire form of a signed statement; `extra` holds the bytes that are not signed as they are (the device's key and possession). */
async function wire(wallet, name, value, extra = {}) {
  const signature = await signed(wallet, name, value);
  if (name === 'JobSettle') return concat([HEAD[name], u8(value.verdict), u32(value.account), u64(value.nonce), value.job, u16(value.reason), signature]);
  const body = TYPES[name][name].map((field) =>
    field.name === 'deviceKeyHash' ? concat([extra.deviceKey, extra.possession]) : encoded(field, value));
  return concat([HEAD[name], ...body, signature]);
}

// The wire forms that nobody signs.
const timeClaim = (channel) => concat(['0x0400', channel]);
const tickClaim = (channel, position, steps, tick) => concat(['0x0402', channel, u64(position), u16(steps), tick]);
const finalizeOf = (channel) => concat(['0x0501', channel]);
const [SILENCE, TIME_OUT] = [2, 3];
const settleByAnyone = (verdict, job) => concat(['0x0c', u8(verdict), job]);

// ---- §5: what a block holds ------------------------------------------------------------------------------------------------------

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  take(length) {
    check(this.at + length <= this.bytes.length, 'posted: long enough');
    this.at += length;
    return hexlify(this.bytes.subarray(this.at - length, this.at));
  }

  uint(length) {
    return BigInt(this.take(length));
  }

  V() {
    const first = this.uint(1);
    const further = Number(first >> 5n);
    return ((first & 31n) << BigInt(8 * further)) | (further === 0 ? 0n : this.uint(further));
  }

  A() {
    const exponent = this.uint(1);
    if (exponent === 255n) return this.uint(16);
    check(exponent <= 38n, 'posted: exponent');
    return this.V() * 10n ** exponent;
  }
}

/** The flags that each kind may have; 0 and 9 come from the sequencer alone. */
const FLAGS = { 0: 0, 1: 15, 2: 15, 3: 15, 4: 3, 5: 7, 6: 15, 7: 7, 9: 0, 10: 14, 11: 3, 12: 3 };

/** Decodes one posted transaction into the fields that it posts; `to` is `{ address }` or `{ index }`. The tokens of what it names are 0. */
function decode(r) {
  const head = Number(r.uint(1));
  const kind = head >> 4;
  const flags = head & 15;
  const flag1 = (flags & 1) === 1;
  const token = BigInt(flags >> 2);
  check(FLAGS[kind] !== undefined && (flags & ~FLAGS[kind]) === 0 && (kind !== 4 || flags < 3), `posted: head byte ${head}`);
  const recipient = () => (flag1 ? { address: r.take(20) } : { index: r.V() });
  const fee = (t = token) => (flags & 2 ? r.A() : price(kind, Number(t)));
  const many = (count, one) => Array.from({ length: Number(count) }, one);
  const out = { kind };
  let unsigned = false;
  switch (kind) {
    case 0:
      out.hints = many(r.V(), () => r.V());
      unsigned = true;
      break;
    case 1:
      Object.assign(out, { account: r.V(), to: recipient(), token, amount: r.A(), maxFee: fee() });
      break;
    case 2:
      Object.assign(out, { account: r.V(), to: flag1 ? { address: r.take(20) } : { owner: true }, token, amount: r.A(), maxFee: fee() });
      break;
    case 3: {
      Object.assign(out, { account: r.V(), payee: recipient(), token, deposit: r.A() });
      const meter = r.uint(1);
      out.meter = meter & 127n;
      check((meter & 128n) === 0n || out.meter === 1n, 'posted: only a voucher meter leaves its key out');
      if (meter & 128n) out.meterKey = { owner: true };
      else out.meterKey = out.meter === 0n ? ZeroHash : r.take(32);
      out.meterRate = out.meter === 1n ? 0n : r.A();
      out.closeDelay = r.V();
      out.maxFee = fee();
      break;
    }
    case 4:
      Object.assign(out, { meter: BigInt(flags), channel: r.V() });
      if (flags === 1) out.amount = r.A();
      if (flags === 2) Object.assign(out, { position: r.V(), steps: r.V(), tick: r.take(32) });
      unsigned = flags !== 1;
      break;
    case 5:
      Object.assign(out, { finalize: flag1, byPayee: (flags & 4) === 4, channel: r.V() });
      if (!flag1) out.maxFee = fee(0n);
      unsigned = flag1;
      break;
    case 6:
      Object.assign(out, {
        account: r.V(), payout: recipient(), token, class: r.uint(2), capabilities: r.uint(8), cell: r.uint(8), price: r.A(),
        deviceKey: r.take(96), possession: r.take(192), maxFee: fee(),
      });
      break;
    case 7:
      Object.assign(out, {
        provider: r.V(), payout: recipient(), cell: r.uint(8), price: r.A(), endpointHash: r.take(32), retire: BigInt(flags >> 2), maxFee: fee(0n),
      });
      break;
    case 9:
      out.epoch = r.V();
      out.committees = many(r.uint(1), () => {
        const committee = r.V();
        const format = r.uint(1);
        check(format < 2n, 'posted: format of a committee');
        return format === 0n ? { committee, absent: many(r.V(), () => r.uint(2)) } : { committee, present: r.take(2 ** info.genesis.committee_size_log2 / 8) };
      });
      out.aggregate = r.take(192);
      unsigned = true;
      break;
    case 10: {
      Object.assign(out, { account: r.V(), mode: r.uint(1), token });
      const n = out.mode === 2n ? r.uint(1) : 1n;
      out.quorum = out.mode === 2n ? r.uint(1) : 0n;
      out.providers = many(n, () => r.V());
      Object.assign(out, { escrow: r.A(), specHash: r.take(32), expected: out.mode === 1n ? r.take(32) : ZeroHash });
      Object.assign(out, { deadline: r.V(), window: r.V(), refusalBps: r.uint(2), maxFee: fee() });
      break;
    }
    case 11:
      Object.assign(out, { reveal: flag1, job: r.V(), member: r.uint(1), resultHash: r.take(32) });
      if (flag1) out.salt = r.take(32);
      out.maxFee = fee(0n);
      break;
    default:
      Object.assign(out, { verdict: BigInt(flags), job: r.V() });
      if (flags < 2) out.reason = r.uint(2);
      unsigned = flags >= 2;
  }
  if (!unsigned) out.signature = r.take(64);
  return out;
}

function decodeOne(posted) {
  const r = new Reader(posted);
  const out = decode(r);
  check(r.at === posted.length, 'posted: no trailing bytes');
  return out;
}

/** Says that a block's bytes are what was signed; indices are looked up. */
async function checkPosted(posted, expected) {
  const got = decodeOne(posted);
  for (const [name, want] of Object.entries(expected)) {
    const have = got[name];
    if (have?.address !== undefined) equal(have.address, want, `posted ${name}`);
    else if (have?.owner) equal(want, expected.self, `posted ${name} is the owner`);
    else if (have?.index !== undefined) equal((await account(Number(have.index))).owner, want, `posted ${name} by index`);
    else if (name !== 'self') equal(have, want, `posted ${name}`);
  }
}

// ---- gRPC ------------------------------------------------------------------------------------------------------------------------

const protoRoot = fileURLToPath(new URL('../../../../proto/src/main/proto', import.meta.url));
const proto = grpc.loadPackageDefinition(loader.loadSync(
  ['submission', 'query', 'vouchers', 'ticks', 'heartbeats', 'feed'].map((file) => `sluice/v1/${file}.proto`),
  { includeDirs: [protoRoot], keepCase: true, longs: String, enums: String, defaults: true, oneofs: true, arrays: true },
)).sluice.v1;
const services = Object.fromEntries(['Submission', 'Query', 'Vouchers', 'Ticks', 'Heartbeats', 'Feed'].map((name) =>
  [name, new proto[name](args.sequencer, grpc.credentials.createInsecure())]));
const call = (service, method, request) => new Promise((resolve, reject) => {
  services[service][method](request, { deadline: Date.now() + 60_000 }, (error, answer) => (error ? reject(error) : resolve(answer)));
});
const query = (method, request = {}) => call('Query', method, request);
async function status(promise) {
  try {
    await promise;
  } catch (error) {
    return error.code;
  }
  return grpc.status.OK;
}

/** A bidirectional call: `ask` sends one frame and waits for the answers that belong to it. */
class Frames {
  constructor(service, method) {
    this.waiting = new Map();
    this.next = 1;
    this.call = services[service][method]();
    this.call.on('data', (answer) => {
      const entry = this.waiting.get(answer.frame_id);
      check(entry !== undefined, `an answer belongs to a frame that is not complete: ${JSON.stringify(answer)}`);
      entry.answers.push(answer);
      if (answer.complete !== false) {
        this.waiting.delete(answer.frame_id);
        entry.resolve(entry.answers);
      }
    });
    this.call.on('error', (error) => this.waiting.forEach((entry) => entry.reject(error)));
    this.ended = new Promise((resolve) => {
      this.call.on('end', resolve);
    });
  }

  ask(frame) {
    const frameId = String(this.next);
    this.next += 1;
    return new Promise((resolve, reject) => {
      this.waiting.set(frameId, { answers: [], resolve, reject });
      this.call.write({ frame_id: frameId, ...frame });
    });
  }

  async close() {
    this.call.end();
    await this.ended;
  }
}

async function account(index) {
  return (await query('Account', { index })).accounts[0];
}
async function accountsOf(owner) {
  return (await query('Account', { owner: getBytes(owner) })).accounts;
}
const balance = async (index, token = 0) => big((await account(index)).balances[token]);

// ---- acks ------------------------------------------------------------------------------------------------------------------------

const commitmentOf = (h) => H(u64(h.number), u64(h.clock), u64(h.inbox_position), h.inbox_accumulator, u16(h.tx_count), h.tx_root);

/** All of common.proto, `Confirmation`, for exactly these inclusions. */
async function checkConfirmation(confirmation, inclusions) {
  const { head, blocks } = confirmation;
  equal(signer('BlockConfirmation', { number: head.number, blockAccumulator: hexlify(head.block_accumulator), postBy: head.post_by }, head.signature),
    hexlify(info.sequencer), 'confirmation: sequencer');
  let accumulator = hexlify(confirmation.accumulator_before);
  let number = BigInt(confirmation.first_block);
  if (number > 1n) {
    equal((await query('Block', { number: String(number - 1n) })).block_accumulator, accumulator, 'accumulator before');
  } else {
    equal(accumulator, ZeroHash, 'accumulator before block 1');
  }
  const pending = new Map();
  for (const inclusion of inclusions) {
    const list = pending.get(inclusion.block_number) ?? [];
    list.push(inclusion);
    pending.set(inclusion.block_number, list);
  }
  for (const block of blocks) {
    let commitment;
    if (block.link === 'proven') {
      const { header, proof } = block.proven;
      equal(header.number, number, 'proven block: number');
      commitment = commitmentOf(header);
      const mine = (pending.get(header.number) ?? []).sort((a, b) => a.position - b.position);
      pending.delete(header.number);
      equal(proof.positions.join(), mine.map((inclusion) => inclusion.position).join(), 'proof: exactly these positions');
      check(mine.every((inclusion) => inclusion.position < header.tx_count), 'proof: position in block');
      const leaves = mine.map((inclusion, i) =>
        ({ index: BigInt(inclusion.position), mask: BigInt(proof.masks[i]), hash: keccak256(inclusion.posted) }));
      equal(multiproofRoot(depthOf(header.tx_count), leaves, split(proof.siblings, 32).map(hexlify)), header.tx_root, 'proof: transaction root');
    } else {
      commitment = hexlify(block.commitment);
    }
    accumulator = H(accumulator, commitment);
    number += 1n;
  }
  equal(pending.size, 0, 'confirmation: every inclusion proven');
  equal(accumulator, head.block_accumulator, 'confirmation: accumulator');
  equal(number - 1n, head.number, 'confirmation: head');
}

async function submitOne(transaction) {
  const answer = await call('Submission', 'SubmitOne', { transaction: getBytes(transaction) });
  equal(answer.transaction_id, keccak256(transaction), 'transaction id');
  equal(answer.result.index, 0, 'index');
  return answer;
}

const isUnsigned = (transaction) => /^0x(040[02]|0501|0c0[23])/.test(transaction);

/** Checks everything that an ack says; answers the receipt. */
async function included(transaction, answer, expected) {
  const { result } = answer;
  if (result.outcome === 'refused') throw new Error(`refused: ${result.refused.number} ${result.refused.name}: ${result.refused.message}`);
  await checkConfirmation(answer.confirmation, [result.included]);
  await checkPosted(result.included.posted, { ...expected, signature: isUnsigned(transaction) ? undefined : hexlify(getBytes(transaction).slice(-64)) });
  const known = await query('Transaction', { id: getBytes(keccak256(transaction)) });
  equal(known.status, 'receipt', 'transaction is known');
  equal(known.receipt.posted, result.included.posted, 'receipt: posted');
  equal(known.receipt.block_number, result.included.block_number, 'receipt: block');
  check(known.receipt.refused === null, 'receipt: applied');
  return known.receipt;
}
/** Submits, and checks everything that the ack says. */
const include = async (transaction, expected) => included(transaction, await submitOne(transaction), expected);
/** The same for what has to wait for the L2 clock: until then the refusal `number` is the answer. */
async function includeAfter(number, transaction, expected) {
  const answer = await until(`an end of refusal ${number}`, async () => {
    const attempt = await submitOne(transaction);
    return attempt.result.refused?.number !== number && attempt;
  });
  return included(transaction, answer, expected);
}

function isRefusal(refusal, number, name, what) {
  check(refusal, `${what}: expected refusal ${number} ${name}, but it was accepted`);
  equal(`${refusal.number} ${refusal.name}`, `${number} ${name}`, what);
}
async function refuse(transaction, number, name, what, expectedNonce) {
  const answer = await submitOne(transaction);
  isRefusal(answer.result.refused, number, name, what);
  if (expectedNonce !== undefined) equal(answer.result.refused.expected_nonce, expectedNonce, `${what}: expected nonce`);
}

// ---- the play --------------------------------------------------------------------------------------------------------------------

const l1 = new JsonRpcProvider(args.l1, undefined, { cacheTimeout: -1, batchMaxCount: 1, pollingInterval: 200 });
const HEADER = '(bytes32 parent,bytes32 dataHash,bytes32 postRoot,bytes32 blockAccumulator,uint64 number,uint64 blockNumber,uint64 inboxPosition,uint64 clock,uint64 l1Time,uint32 chunkCount,uint8 mode,address proposer)';
const ROLLUP = [
  'function headerHash(uint64 number) view returns (bytes32)', `function isFinal(${HEADER} header) view returns (bool)`,
  'function genesisHash() view returns (bytes32)', 'function genesisRoot() view returns (bytes32)', 'function inbox() view returns (address)',
];
const BRIDGE = [
  'function depositEth(address owner) payable', 'function isClaimed(uint32 index) view returns (bool)',
  'function genesisHash() view returns (bytes32)',
  'function custodyOf(uint8 token) view returns (uint256)',
  `function claim(${HEADER} header,uint32 index,address recipient,uint8 token,uint128 amount,uint40 mask,bytes32[] siblings)`,
];

const INBOX = ['event MessageQueued(uint64 indexed index,uint8 kind,bytes payload,uint64 time,uint64 witnessWeight,uint64 gasWeight,bytes32 accumulator)'];

async function chainInfo() {
  info = await query('ChainInfo');
  domain = { name: 'Sluice', version: '1', chainId: info.chain_id, verifyingContract: hexlify(info.rollup) };
  D = TypedDataEncoder.hashDomain(domain);
  equal(D, info.domain, 'domain separator');
  const g = info.genesis;
  units = g.fee_units.map(big);
  const word = (value) => zeroPadValue(typeof value === 'string' && value.startsWith('0x') ? value : toBeHex(value), 32);
  const words = [
    zeroPadBytes(toUtf8Bytes(g.chain_name), 32), word(g.stf_version), ...g.tokens.map((token) => word(hexlify(token))), ...units.map((unit) => word(unit)),
    ...['genesis_time', 'epoch_seconds', 'epochs_per_month', 'epochs_per_seed', 'grace_seconds', 'committee_size_log2', 'protective_delay',
      'challenge_window', 'forced_deadline', 'clock_lag', 'freeze_delay'].map((name) => word(BigInt(g[name]))),
    word(big(g.bond)), word(hexlify(g.operator)), word(hexlify(g.fee_recipient)),
  ];
  equal(H(...words), info.genesis_hash, 'genesis hash');
  const zeros = (length) => `0x${'00'.repeat(length)}`;
  equal(treeRoot(40, [
    [0n, H(zeros(24), u64(g.genesis_time), zeros(8 + 64), u32(1), zeros(20))],
    [1n, H(zeros(68))],
    [2n, H(zeros(108))],
    [1n << 32n, H(hexlify(g.fee_recipient), zeros(12 + 64))],
  ]), info.genesis_root, 'genesis root');
  const rollup = new Contract(hexlify(info.rollup), ROLLUP, l1);
  const bridge = new Contract(hexlify(info.bridge), BRIDGE, l1);
  equal((await l1.getNetwork()).chainId, info.chain_id, 'L1 chain id');
  equal(await rollup.genesisHash(), info.genesis_hash, 'genesis hash of Rollup');
  equal(await rollup.genesisRoot(), info.genesis_root, 'genesis root of Rollup');
  equal(await bridge.genesisHash(), info.genesis_hash, 'genesis hash of Bridge');
  equal(await rollup.inbox(), hexlify(info.inbox), 'inbox of Rollup');
  equal(g.stf_version, 3, 'STF version');
  for (const { kind, prices } of info.prices) {
    prices.forEach((amount, token) => equal(big(amount), price(kind, token), `price of kind ${kind} in token ${token}`));
  }
  check(info.prices.length > 0, 'prices are named');
  return { rollup, bridge };
}

const ETH = parseEther('1');
const secret = (name) => keccak256(toUtf8Bytes(`${args.seed}/${name}`));

async function deposit(bridge, wallet, amount) {
  await l1.send('anvil_setBalance', [wallet.address, toBeHex(10n * ETH).replace(/^0x0+/, '0x')]);
  await (await bridge.connect(wallet).depositEth(wallet.address, { value: amount })).wait();
  const credited = await until('the deposit', async () => {
    const [first] = await accountsOf(wallet.address);
    return first !== undefined && first;
  });
  equal(big(credited.balances[0]), amount, 'deposit credited');
  equal(credited.owner, wallet.address, 'owner');
  equal(credited.nonce, 0, 'nonce');
  return credited.index;
}

async function withdrawal(rollup, bridge, wallet, index, to, amount) {
  const value = { account: index, nonce: (await account(index)).next_nonce, to, token: 0, amount, maxFee: price(2) };
  const receipt = await include(await wire(wallet, 'Withdraw', value), { ...value, nonce: undefined, self: wallet.address });
  const created = Number(receipt.created);
  return async () => {
    const proof = await until('a final batch with the withdrawal', async () => {
      try {
        const answer = await query('WithdrawalProof', { withdrawal: created });
        return answer.finalized && answer;
      } catch (error) {
        if (error.code === grpc.status.OUT_OF_RANGE) return false;
        throw error;
      }
    });
    const h = proof.header;
    const leaf = H(to, u8(0), u128(amount));
    const root = multiproofRoot(40, [{ index: (2n << 32n) | BigInt(created), mask: BigInt(proof.mask), hash: leaf }], proof.siblings.map(hexlify));
    equal(root, h.post_root, 'withdrawal proof');
    const header = [h.parent, h.data_hash, h.post_root, h.block_accumulator, h.number, h.block_number, h.inbox_position, h.clock, h.l1_time,
      h.chunk_count, h.mode, h.proposer].map((field) => (field instanceof Uint8Array ? hexlify(field) : field));
    equal(await rollup.headerHash(h.number), keccak256(AbiCoder.defaultAbiCoder().encode([HEADER.replace('(', 'tuple(')], [header])), 'header hash on L1');
    check(await rollup.isFinal(header), 'final on L1');
    equal((await query('Block', { number: h.block_number })).block_accumulator, h.block_accumulator, 'accumulator of the batch');
    const before = await l1.getBalance(to);
    const claim = [header, created, to, 0, amount, proof.mask, proof.siblings.map(hexlify)];
    await (await bridge.connect(sponsor).claim(...claim)).wait();
    equal(await l1.getBalance(to) - before, amount, 'claimed');
    check(await bridge.isClaimed(created), 'marked as claimed');
    check(await bridge.connect(sponsor).claim.staticCall(...claim).then(() => false, () => true), 'a second claim reverts');
  };
}

const sponsor = new Wallet(secret('sponsor'), l1);
const alice = new Wallet(secret('alice'), l1);
const bob = new Wallet(secret('bob'), l1);
const carol = new Wallet(secret('carol'));
const dave = new Wallet(secret('dave'));
const erin = new Wallet(secret('erin'));
const NEXT = async (index) => (await account(index)).next_nonce;

/** What an account signs next, with the price as the maximum fee; statements without one ignore it. */
const statement = async (name, index, value) =>
  ({ account: index, nonce: await NEXT(index), maxFee: price(Number(HEAD[name].slice(0, 4))), ...value });
const byId = (method, id) => query(method, { id: getBytes(id) });
const now = async () => BigInt((await query('ChainInfo')).clock);
const epochAt = (clock) => (BigInt(clock) - BigInt(info.genesis.genesis_time)) / BigInt(info.genesis.epoch_seconds);
const monthAt = (clock) => epochAt(clock) / BigInt(info.genesis.epochs_per_month);

/** Pays an address from alice's account; answers the account that it has then. */
async function fund(a, to, amount) {
  const value = await statement('Transfer', a, { to, token: 0, amount });
  await include(await wire(alice, 'Transfer', value), { kind: 1, ...value, nonce: undefined });
  return (await accountsOf(to))[0].index;
}

async function transfers(a) {
  // To an address without an account: the posted form opens one.
  const value = { account: a, nonce: 0, to: carol.address, token: 0, amount: 123_456_789n, maxFee: price(1) };
  const first = await include(await wire(alice, 'Transfer', value), { kind: 1, ...value, nonce: undefined });
  const [c] = await accountsOf(carol.address);
  equal(big(c.balances[0]), value.amount, 'new account');
  // A stream: several frames under way, consecutive nonces; one with a larger maximum fee, which the posted form must carry; a bad one between.
  const stream = new Frames('Submission', 'Submit');
  const make = async (nonce, amount, maxFee = price(1)) => {
    const said = { account: a, nonce, to: carol.address, token: 0, amount, maxFee };
    return { said, bytes: await wire(alice, 'Transfer', said) };
  };
  const good = await Promise.all([1, 2, 3, 4, 5, 6].map((nonce) => make(nonce, 10n ** BigInt(nonce) + 7n, price(1) * BigInt(nonce % 2 + 1))));
  const frames = [good.slice(0, 2), [good[2], { bytes: `${good[2].bytes}00` }, good[3]], good.slice(4)];
  const answers = await Promise.all(frames.map((frame) => stream.ask({ transactions: frame.map(({ bytes }) => getBytes(bytes)) })));
  for (const [i, frame] of frames.entries()) {
    const seen = new Set();
    for (const answer of answers[i]) {
      const inclusions = answer.results.filter((result) => result.outcome === 'included').map((result) => result.included);
      if (inclusions.length > 0) await checkConfirmation(answer.confirmation, inclusions);
      else check(answer.confirmation === null, 'no confirmation of nothing');
      for (const result of answer.results) {
        check(!seen.has(result.index), 'one answer each');
        seen.add(result.index);
        const item = frame[result.index];
        if (item.said === undefined) isRefusal(result.refused, 100, 'MALFORMED', 'trailing byte in a frame');
        else await checkPosted(result.included.posted, { kind: 1, ...item.said, nonce: undefined, signature: hexlify(getBytes(item.bytes).slice(-64)) });
      }
    }
    equal(seen.size, frame.length, 'every transaction answered');
  }
  await stream.close();
  equal(big((await account(c.index)).balances[0]), value.amount + good.reduce((sum, { said }) => sum + said.amount, 0n), 'sum of transfers');
  return first;
}

// Channels: alice pays bob.

/** §6.2 kind 3. Answers the channel's id and index, and whether it is as it was opened. */
async function openChannel(a, b, terms) {
  const value = await statement('ChannelOpen', a, {
    payee: bob.address, token: 0, meterKey: ZeroHash, meterRate: 0n, closeDelay: info.genesis.protective_delay, ...terms,
  });
  const receipt = await include(await wire(alice, 'ChannelOpen', value), { kind: 3, ...value, nonce: undefined, self: zeroPadValue(alice.address, 32) });
  const id = idOf(alice.address, 'ChannelOpen', value);
  const opened = await byId('Channel', id);
  equal(opened.index, receipt.created, 'channel by id');
  equal(`${opened.payer} ${opened.payee} ${opened.token} ${opened.state}`, `${a} ${b} 0 CHANNEL_STATE_OPEN`, 'channel');
  equal(`${opened.meter} ${big(opened.meter_rate)}`, `${value.meter} ${value.meterRate}`, 'meter and rate');
  equal(opened.meter_key, value.meter === 0 ? toBeHex(receipt.clock, 32) : value.meterKey, 'meter key');
  equal(`${big(opened.deposit)} ${big(opened.claimed)} ${opened.close_delay} ${opened.close_at}`, `${value.deposit} 0 ${value.closeDelay} 0`, 'terms');
  return { id, index: opened.index, clock: BigInt(receipt.clock), ...value };
}

/** §6.2 kind 5. Starts to close; answers what finalizes and checks that payer and payee get what is theirs, `due` being the payee's. */
async function closeChannel(a, b, channel, byPayee, dueAt = () => 0n) {
  const value = await statement('ChannelClose', byPayee ? b : a, { channel: channel.id });
  const receipt = await include(await wire(byPayee ? bob : alice, 'ChannelClose', value),
    { kind: 5, channel: channel.index, finalize: false, byPayee, maxFee: value.maxFee });
  const closing = await byId('Channel', channel.id);
  equal(`${closing.state} ${closing.close_at}`, `CHANNEL_STATE_CLOSING ${BigInt(receipt.clock) + BigInt(channel.closeDelay)}`, 'closing');
  await refuse(await wire(alice, 'ChannelClose', await statement('ChannelClose', a, { channel: channel.id })), 25, 'CHANNEL_CLOSING', 'closed twice');
  const claimed = big(closing.claimed);
  const due = dueAt(BigInt(receipt.clock)) - claimed;
  return async () => {
    const before = [await balance(a), await balance(b)];
    await includeAfter(27, finalizeOf(channel.id), { kind: 5, channel: channel.index, finalize: true });
    const closed = await byId('Channel', channel.id);
    const paid = claimed + (due > 0n ? due : 0n);
    equal(`${closed.state} ${big(closed.deposit)} ${big(closed.claimed)}`, `CHANNEL_STATE_CLOSED ${paid} ${paid}`, 'channel closed');
    const rest = channel.deposit - paid;
    equal(await balance(a) - before[0], rest - (price(5) < rest ? price(5) : rest), 'payer gets the rest');
    equal(await balance(b) - before[1], paid - claimed, 'payee gets what was due');
    await refuse(finalizeOf(channel.id), 26, 'CHANNEL_NOT_CLOSING', 'finalized twice');
  };
}

/** The payee's stream: everything delivered, each with its channel's id. */
function receiving(service, request, items) {
  const received = [];
  const stream = services[service].Receive(request);
  stream.on('data', (delivery) => split(delivery.channel_ids, 32).forEach((channelId, i) => received.push({ channelId, ...delivery[items][i] })));
  stream.on('error', (error) => {
    if (error.code !== grpc.status.CANCELLED) throw error;
  });
  return { received, stop: () => stream.cancel() };
}

/** What Settle of either service answers: the claim, posted and proven. `claimOf` says which claim is expected for what was posted, and what it proves. */
async function settle(service, channel, payee, claimOf) {
  const before = { payee: await balance(payee), claimed: big((await byId('Channel', channel.id)).claimed) };
  const answer = await call(service, 'Settle', { channel: channel.index });
  check(answer.outcome === 'included', `settled: ${answer.refused?.name}`);
  const { inclusion, confirmation, transaction_id: id, amount } = answer.included;
  await checkConfirmation(confirmation, [inclusion]);
  const { claim, posted, total } = claimOf(decodeOne(inclusion.posted));
  equal(id, keccak256(claim), 'settle: transaction id');
  await checkPosted(inclusion.posted, { kind: 4, channel: channel.index, ...posted });
  equal(big(amount), total, 'settled amount');
  equal(big((await byId('Channel', channel.id)).claimed), total, 'claimed');
  equal(await balance(payee) - before.payee, total - before.claimed - price(4), 'payee paid');
}
const nothingToSettle = async (service, channel, what = 'nothing to settle') =>
  isRefusal((await call(service, 'Settle', { channel: channel.index })).refused, 24, 'CLAIM_BELOW_FEE', what);

async function voucherChannel(a, b) {
  const amount = ETH / 100n;
  const channel = await openChannel(a, b, { deposit: amount, meter: 1, meterKey: zeroPadValue(alice.address, 32) });
  const { id, index } = channel;
  const { received, stop } = receiving('Vouchers', { payee_accounts: [b] }, 'vouchers');
  const stream = new Frames('Vouchers', 'Send');
  const voucher = async (wallet, promised, channelIndex = index) =>
    ({ channel: channelIndex, amount: bytes16(promised), signature: getBytes(await signed(wallet, 'Voucher', { channel: id, amount: promised })) });
  const steps = Array.from({ length: 10 }, (_, i) => (amount / 20n) * BigInt(i + 1));
  const [ack] = await stream.ask({ vouchers: await Promise.all(steps.map((step) => voucher(alice, step))) });
  equal(ack.accepted, steps.length, 'vouchers accepted');
  equal(ack.refused.length, 0, 'vouchers refused');
  await until('the latest voucher at the payee', () => received.length > 0 && big(received.at(-1).amount) === steps.at(-1));
  received.forEach((item, i) => {
    equal(item.channelId, id, 'voucher: channel id');
    equal(item.channel, index, 'voucher: channel');
    equal(signer('Voucher', { channel: id, amount: big(item.amount) }, item.signature), alice.address, 'voucher: signer');
    check(i === 0 || big(item.amount) > big(received[i - 1].amount), 'vouchers ascend');
  });
  const [bad] = await stream.ask({
    vouchers: [
      await voucher(alice, steps.at(-1)), await voucher(bob, steps.at(-1) + 1n), await voucher(alice, amount + 1n),
      await voucher(alice, steps.at(-1) + 1n, 0xfffffff0), { ...await voucher(alice, steps.at(-1) + 1n), amount: new Uint8Array(15) },
    ],
  });
  equal(bad.accepted, 0, 'bad vouchers');
  const names = [[115, 'VOUCHER_NOT_INCREASING'], [7, 'BAD_SIGNATURE'], [23, 'VOUCHER_EXCEEDS_DEPOSIT'], [4, 'UNKNOWN_CHANNEL'], [100, 'MALFORMED']];
  equal(bad.refused.length, names.length, 'bad vouchers, each answered');
  bad.refused.forEach(({ index: i, refusal }) => isRefusal(refusal, ...names[i], `bad voucher ${i}`));
  await stream.close();
  stop();

  const last = { channel: id, amount: steps.at(-1) };
  const claim = await wire(alice, 'Voucher', last);
  await settle('Vouchers', channel, b, () =>
    ({ claim, total: last.amount, posted: { meter: 1, amount: last.amount, signature: hexlify(getBytes(claim).slice(-64)) } }));
  await nothingToSettle('Vouchers', channel);
  const again = await balance(b);
  await refuse(claim, 24, 'CLAIM_BELOW_FEE', 'claimed again');
  equal(await balance(b), again, 'claimed again');
  await refuse(timeClaim(id), 28, 'METER_MISMATCH', 'claimed as time');
  isRefusal((await call('Ticks', 'Settle', { channel: index })).refused, 28, 'METER_MISMATCH', 'settled as ticks');
  const finalized = await closeChannel(a, b, channel, false);
  return { index, finalized };
}

/** §6.2 kinds 3 and 4, meter 2, and ticks.proto. */
async function tickChannel(a, b, voucherIndex) {
  const STEPS_MAX = 4096n;
  const rate = 15_000_000n; // 67 ticks are worth a claim
  const length = 4_600;
  const chain = [getBytes(secret('ticks'))]; // the last of it is the anchor
  while (chain.length <= length + 1) chain.push(getBytes(keccak256(chain.at(-1))));
  const anchor = chain.length - 1;
  const at = (position) => chain[anchor - position];
  const terms = { deposit: rate * BigInt(length), meter: 2, meterKey: hexlify(chain[anchor]), meterRate: rate };
  const tooLow = async (meterRate) => wire(alice, 'ChannelOpen', await statement('ChannelOpen', a, {
    ...terms, payee: bob.address, token: 0, closeDelay: info.genesis.protective_delay, meterRate,
  }));
  const lowest = (price(4) + STEPS_MAX - 1n) / STEPS_MAX;
  await refuse(await tooLow(lowest - 1n), 38, 'RATE_TOO_LOW', 'a claim that could not pay for itself');
  await refuse(await tooLow(0n), 11, 'ZERO_AMOUNT', 'ticks of nothing');
  await openChannel(a, b, { ...terms, meterRate: lowest });
  const channel = await openChannel(a, b, terms);
  const { id, index } = channel;

  const { received, stop } = receiving('Ticks', { channels: [index] }, 'ticks');
  const stream = new Frames('Ticks', 'Send');
  const tick = (position, value = at(position), channelIndex = index) => ({ channel: channelIndex, position: String(position), tick: value });
  const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => tick(from + i));
  const send = async (ticks) => {
    const [ack] = await stream.ask({ ticks });
    equal(`${ack.accepted} ${ack.refused.length}`, `${ticks.length} 0`, 'ticks accepted');
  };
  await send(range(1, 50));
  await until('the first tick at the payee', () => received.length > 0); // now the stream stands
  await nothingToSettle('Ticks', channel, 'fifty ticks are worth less than a claim');
  for (let from = 51; from < 300; from += 50) await send(range(from, from + 49));
  await until('the latest tick at the payee', () => received.at(-1)?.position === '300');
  received.forEach((item, i) => {
    equal(`${hexlify(item.channelId)} ${item.channel}`, `${id} ${index}`, 'tick: channel');
    const before = i === 0 ? { position: 0, tick: chain[anchor] } : received[i - 1];
    let hash = item.tick;
    check(Number(item.position) > Number(before.position), 'ticks ascend');
    for (let step = Number(before.position); step < Number(item.position); step += 1) hash = getBytes(keccak256(hash));
    equal(hash, before.tick, 'tick: hashed gives the one before');
  });
  check(received.length >= 251, 'every tick accepted on an open stream is delivered');
  const names = [
    [tick(300), 118, 'TICK_NOT_INCREASING'], [tick(301, at(302)), 37, 'BAD_TICK'], [tick(4_397), 36, 'WRONG_STEP_COUNT'],
    [tick(4_601), 29, 'TICKS_EXCEED_DEPOSIT'], [tick(301, at(301), 0xfffffff0), 4, 'UNKNOWN_CHANNEL'], [tick(301, at(301).slice(1)), 100, 'MALFORMED'],
    [tick(301, at(301), voucherIndex), 28, 'METER_MISMATCH'],
  ];
  const [bad] = await stream.ask({ ticks: names.map(([item]) => item) });
  equal(`${bad.accepted} ${bad.refused.length}`, `0 ${names.length}`, 'bad ticks, each answered');
  bad.refused.forEach(({ index: i, refusal }) => isRefusal(refusal, names[i][1], names[i][2], `bad tick ${i}`));
  stop();

  // The latest tick, by query; then claimed in two parts: one that we make, and the rest by the relay.
  const latest = await byId('Channel', id);
  equal(`${hexlify(latest.tick)} ${big(latest.entitled)} ${big(latest.claimed)}`, `${hexlify(at(300))} ${300n * rate} 0`, 'the latest tick');
  await refuse(tickClaim(id, 200, 199, at(200)), 36, 'WRONG_STEP_COUNT', 'a claim of too few steps');
  await refuse(tickClaim(id, 200, 200, at(201)), 37, 'BAD_TICK', 'a claim of another tick');
  await refuse(tickClaim(id, 4_601, 4_096, at(4_601)), 29, 'TICKS_EXCEED_DEPOSIT', 'a claim beyond the deposit');
  await refuse(tickClaim(id, 10, 10, at(10)), 24, 'CLAIM_BELOW_FEE', 'a claim of ten ticks');
  const before = await balance(b);
  await include(tickClaim(id, 200, 200, at(200)), { kind: 4, meter: 2, channel: index, position: 200, steps: 200, tick: hexlify(at(200)) });
  equal(await balance(b) - before, 200n * rate - price(4), 'payee paid for 200 ticks');
  const between = await byId('Channel', id);
  equal(`${hexlify(between.meter_key)} ${big(between.claimed)} ${big(between.entitled)}`, `${hexlify(at(200))} ${200n * rate} ${300n * rate}`, 'after the first claim');
  const settleFrom = async (from) => {
    let to;
    await settle('Ticks', channel, b, ({ position }) => {
      to = Number(position);
      check(to > from && to <= from + 4_096, 'settled: no more steps than a claim may have');
      return { claim: tickClaim(id, to, to - from, at(to)), total: rate * BigInt(to), posted: { meter: 2, position: to, steps: to - from, tick: hexlify(at(to)) } };
    });
    return to;
  };
  equal(await settleFrom(200), 300, 'settled to the latest tick');
  const after = await byId('Channel', id);
  equal(`${hexlify(after.meter_key)} ${after.tick.length}`, `${hexlify(at(300))} 0`, 'all ticks claimed');
  await nothingToSettle('Ticks', channel);
  // More ticks than one claim may have: settled in two.
  await send([tick(4_396)]);
  await send([tick(4_600)]);
  await stream.close();
  equal(await settleFrom(await settleFrom(300)), 4_600, 'settled in two claims');
  return closeChannel(a, b, channel, true);
}

/** §6.2 kinds 3 and 4, meter 0: each second of the L2 clock is worth the rate. */
async function timeStream(a, b) {
  const rate = price(4) * 3n;
  const channel = await openChannel(a, b, { deposit: rate * 3_600n, meter: 0, meterRate: rate });
  const entitled = (clock) => {
    const total = rate * (clock - channel.clock);
    return total < channel.deposit ? total : channel.deposit;
  };
  let claimed = 0n;
  for (let i = 0; i < 2; i += 1) { // twice the same bytes, and so the same id
    await sleep(2_500); // the L2 clock is that of the last block: the claim's own block moves it
    const before = await balance(b);
    const receipt = await include(timeClaim(channel.id), { kind: 4, meter: 0, channel: channel.index });
    const total = entitled(BigInt(receipt.clock));
    check(total > claimed + rate, 'some seconds went by');
    const after = await byId('Channel', channel.id);
    equal(`${big(after.claimed)} ${hexlify(after.meter_key)}`, `${total} ${toBeHex(channel.clock, 32)}`, 'claimed to the second');
    equal(await balance(b) - before, total - claimed - price(4), 'payee paid for the seconds');
    claimed = total;
  }
  isRefusal((await call('Vouchers', 'Settle', { channel: channel.index })).refused, 28, 'METER_MISMATCH', 'settled as vouchers');
  return closeChannel(a, b, channel, false, entitled);
}

// Devices.

/** §6.2 kind 6. Answers the provider with its wallet, account and device. */
async function register(wallet, index, cell) {
  const device = new Device(secret(`device of ${wallet.address}`));
  const value = await statement('ProviderRegister', index, {
    payout: wallet.address, class: 7, capabilities: 0x0102030405060708n, cell, token: 0, price: 5_000n, deviceKeyHash: keccak256(device.key),
  });
  const message = H(D, wallet.address, device.key);
  await refuse(await wire(wallet, 'ProviderRegister', value, { deviceKey: device.key, possession: device.sign(message, HEARTBEAT_DST) }),
    31, 'BAD_POSSESSION_PROOF', 'possession under the wrong DST');
  const possession = device.sign(message, POSSESSION_DST);
  const receipt = await include(await wire(wallet, 'ProviderRegister', value, { deviceKey: device.key, possession }), {
    kind: 6, ...value, nonce: undefined, deviceKeyHash: undefined, deviceKey: device.key, possession,
  });
  const id = idOf(wallet.address, 'ProviderRegister', value);
  const known = await byId('Provider', id);
  equal(known.index, receipt.created, 'provider by id');
  equal(known.key_hash, keccak256(device.key), 'key hash');
  equal(`${known.account} ${known.payout} ${known.device_class} ${known.capabilities} ${known.cell} ${known.token} ${big(known.price)}`,
    `${index} ${index} 7 ${value.capabilities} ${cell} 0 5000`, 'provider');
  equal(`${known.retired} ${known.moved_month_plus_one} ${big(known.endpoint_hash)}`, 'false 0 0', 'provider: not updated yet');
  equal(known.joined_epoch, epochAt(receipt.clock), 'epoch of joining');
  equal(known.committee * 2 ** info.genesis.committee_size_log2 + known.slot, known.index, 'committee and slot');
  return { id, index: known.index, wallet, account: index, device, joined: known.joined_epoch };
}

/** §6.2 kind 7: where it pays to, where it stands, what it asks, where it is reached; and, at the end, that it retires. */
async function updates(a, provider, payout) {
  const known = await byId('Provider', provider.id);
  const same = { provider: provider.id, payout: provider.wallet.address, cell: known.cell, price: big(known.price), endpointHash: hexlify(known.endpoint_hash), retire: 0 };
  const make = async (change, wallet = provider.wallet, index = provider.account) =>
    wire(wallet, 'ProviderUpdate', await statement('ProviderUpdate', index, { ...same, ...change }));
  const { epoch_seconds: epochSeconds, epochs_per_month: months } = info.genesis;
  await until('a month that does not end at once', async () => // so that both moves fall into one
    monthAt(await now()) === monthAt(await now() + 5n), epochSeconds * months);
  const change = { payout: payout.address, cell: BigInt(known.cell) + 1n, price: 6_000n, endpointHash: keccak256('0x03') };
  await refuse(await make(change, alice, a), 7, 'BAD_SIGNATURE', 'updated by another');
  const receipt = await include(await make(change), { kind: 7, ...change, provider: provider.index, retire: 0, maxFee: price(7) });
  const updated = await byId('Provider', provider.id);
  equal((await account(updated.payout)).owner, payout.address, 'new payout');
  equal(`${updated.cell} ${big(updated.price)} ${hexlify(updated.endpoint_hash)}`, `${change.cell} ${change.price} ${change.endpointHash}`, 'provider updated');
  equal(`${updated.moved_month_plus_one} ${updated.retired}`, `${monthAt(receipt.clock) + 1n} false`, 'the month of the move');
  await refuse(await make({ ...change, cell: known.cell }), 33, 'MOVED_THIS_MONTH', 'moved twice');
  const retire = async () => {
    await include(await make({ ...change, retire: 1 }), { kind: 7, ...change, provider: provider.index, retire: 1, maxFee: price(7) });
    check((await byId('Provider', provider.id)).retired, 'retired');
    await refuse(await make(change), 32, 'PROVIDER_RETIRED', 'updated after retiring');
    await refuse(await wire(alice, 'JobOpen', await jobTerms(a, { providers: [provider.id] })), 32, 'PROVIDER_RETIRED', 'a job for who retired');
  };
  return { payout: updated.payout, retire };
}

/** One heartbeat of the first, none of the others; and what the record says of them. */
async function heartbeats([present, ...absent]) {
  const { index, id, device } = present;
  const lastJoined = Math.max(present.joined, ...absent.map((other) => other.joined));
  const beat = async () => {
    const beacon = await until('a beacon after the epoch of joining', async () => {
      const answer = await call('Heartbeats', 'Beacon', {});
      return answer.epoch > lastJoined && answer.beacon.length === 32 && answer;
    });
    const stream = new Frames('Heartbeats', 'Send');
    const signature = device.sign(H(D, u64(beacon.epoch), beacon.beacon), HEARTBEAT_DST);
    const wrong = device.sign(H(D, u64(beacon.epoch), beacon.beacon), POSSESSION_DST);
    const { epoch } = beacon;
    const [answer] = await stream.ask({
      heartbeats: [
        { provider: index, epoch, signature: getBytes(wrong) },
        { provider: index, epoch: epoch + 1000, signature: getBytes(signature) },
        { provider: 0xfffffff0, epoch, signature: getBytes(signature) },
        { provider: index, epoch, signature: getBytes(signature).slice(1) },
        { provider: index, epoch, signature: getBytes(signature) },
      ],
    });
    equal(answer.results.length, 5, 'one answer per heartbeat');
    if (answer.results[4].refused?.name === 'WRONG_EPOCH') {
      await stream.close();
      return beat(); // the epoch ended in between
    }
    [[114, 'BAD_HEARTBEAT_SIGNATURE'], [113, 'WRONG_EPOCH'], [111, 'NOT_A_MEMBER'], [100, 'MALFORMED']]
      .forEach((name, i) => isRefusal(answer.results[i].refused, ...name, `bad heartbeat ${i}`));
    const { receipt: got } = answer.results[4];
    check(got, `heartbeat: ${answer.results[4].refused?.name}`);
    equal(got.provider_id, id, 'heartbeat receipt: provider');
    equal(got.epoch, epoch, 'heartbeat receipt: epoch');
    equal(signer('HeartbeatReceipt', { provider: id, epoch, receivedAt: got.received_at }, got.signature), hexlify(info.sequencer), 'heartbeat receipt: signer');
    const [again] = await stream.ask({ heartbeats: [{ provider: index, epoch, signature: getBytes(signature) }] });
    isRefusal(again.results[0].refused, 112, 'ALREADY_COUNTED', 'heartbeat twice');
    await stream.close();
    return epoch;
  };
  const epoch = await beat();
  const uptimes = async (provider) => {
    const answer = await query('Provider', { index: provider.index });
    if (answer.last_recorded_epoch_plus_one <= epoch) return false;
    const joined = Math.floor(provider.joined / info.genesis.epochs_per_month); // what a slot had before means nothing
    const months = [answer.month, answer.previous_month].filter((month) => month && month.month >= joined);
    for (const month of months) equal(month.recorded - month.missed - month.excused, month.uptime, 'uptime');
    return months;
  };
  const sum = (months, field) => months.reduce((total, month) => total + month[field], 0);
  equal(sum(await until('the record of the epoch', () => uptimes(present)), 'uptime'), 1, 'one epoch of uptime');
  for (const other of absent) {
    const months = await uptimes(other);
    equal(`${sum(months, 'uptime')} ${sum(months, 'missed')}`, '0 1', 'one epoch missed');
  }
}

// Jobs: alice buys.

/** What opens a job of mode 0, unless the terms say otherwise. */
const jobTerms = async (a, terms) => statement('JobOpen', a, {
  quorum: 0, token: 0, escrow: ETH / 1000n, mode: 0, specHash: keccak256('0x01'), expected: ZeroHash, deadline: (await now()) + 3600n,
  window: info.genesis.protective_delay, refusalBps: 2_500, ...terms,
});

/** §6.2 kind 10. `show` checks what the job's leaf is. */
async function openJob(a, members, terms) {
  const value = await jobTerms(a, { providers: members.map((member) => member.id), ...terms });
  const receipt = await include(await wire(alice, 'JobOpen', value), { kind: 10, ...value, nonce: undefined, providers: members.map((member) => member.index) });
  const id = idOf(alice.address, 'JobOpen', value);
  const at = () => byId('Job', id);
  const show = async (state, escrow, resultHash, reason = 0) => {
    const job = await at();
    equal(`${job.state} ${big(job.escrow)} ${hexlify(job.result_hash)} ${job.reason}`, `JOB_STATE_${state} ${escrow} ${resultHash} ${reason}`, 'job');
    return job;
  };
  const opened = await show('OPEN', value.escrow, value.expected);
  equal(`${opened.index} ${opened.buyer} ${opened.token} ${opened.mode}`, `${receipt.created} ${a} 0 ${value.mode}`, 'job opened');
  equal(`${opened.deadline} ${opened.window} ${opened.refusal_bps} ${opened.window_end}`, `${value.deadline} ${value.window} ${value.refusalBps} 0`, 'job terms');
  equal(opened.provider, value.mode === 2 ? 0 : members[0].index, 'job: provider');
  return { id, index: opened.index, at, show, value };
}

/** §6.2 kind 11: a result (of mode 2: a commitment) by a member, and its reveal. */
const makeResult = async (job, by, member, resultHash) =>
  wire(by.wallet, 'JobResult', await statement('JobResult', by.account, { job: job.id, member, resultHash }));
const makeReveal = async (job, by, member, resultHash, salt) =>
  wire(by.wallet, 'JobReveal', await statement('JobReveal', by.account, { job: job.id, member, resultHash, salt }));
const result = async (job, by, member, resultHash) =>
  include(await makeResult(job, by, member, resultHash), { kind: 11, reveal: false, job: job.index, member, resultHash, salt: undefined, maxFee: price(11) });
const reveal = async (job, by, member, resultHash, salt) =>
  include(await makeReveal(job, by, member, resultHash, salt), { kind: 11, reveal: true, job: job.index, member, resultHash, salt, maxFee: price(11) });
const makeSettle = async (wallet, index, job, verdict, reason) =>
  wire(wallet, 'JobSettle', await statement('JobSettle', index, { job: job.id, verdict, reason }));

/** Mode 0: accepted, refused with a share, accepted by silence, timed out. `paid` is the account of the provider's payout. */
async function buyerAccepts(a, provider, paid) {
  const net = ETH / 1000n - price(12);
  const resultHash = keccak256('0x02');
  const [accepted, refused, silent, late] = [
    await openJob(a, [provider], {}), await openJob(a, [provider], {}), await openJob(a, [provider], {}),
    await openJob(a, [provider], { deadline: (await now()) + 8n }),
  ];
  await refuse(await makeSettle(alice, a, accepted, 0, 3), 56, 'JOB_NOT_DONE', 'accepted too early');
  await refuse(await makeResult(accepted, provider, 1, resultHash), 61, 'UNKNOWN_MEMBER', 'a job of mode 0 has one provider');
  await refuse(await makeReveal(accepted, provider, 0, resultHash, ZeroHash), 66, 'JOB_MODE_MISMATCH', 'nothing to reveal in mode 0');
  await refuse(settleByAnyone(TIME_OUT, accepted.id), 59, 'DEADLINE_NOT_PASSED', 'timed out too early');
  for (const job of [accepted, refused, silent]) {
    const receipt = await result(job, provider, 0, resultHash);
    equal((await job.show('DONE', job.value.escrow, resultHash)).window_end, BigInt(receipt.clock) + BigInt(job.value.window), 'end of the window');
  }
  await refuse(await makeResult(accepted, provider, 0, resultHash), 55, 'JOB_NOT_OPEN', 'a second result');
  await refuse(await makeSettle(bob, provider.account, accepted, 0, 3), 7, 'BAD_SIGNATURE', 'accepted by another than the buyer');
  await refuse(settleByAnyone(SILENCE, silent.id), 58, 'WINDOW_RUNNING', 'silence too early');

  const before = [await balance(a), await balance(paid)];
  await include(await makeSettle(alice, a, accepted, 0, 3), { kind: 12, job: accepted.index, verdict: 0, reason: 3 });
  await accepted.show('ACCEPTED', 0, resultHash, 3);
  equal(await balance(paid) - before[1], net, 'accepted: provider paid');
  await include(await makeSettle(alice, a, refused, 1, 4), { kind: 12, job: refused.index, verdict: 1, reason: 4 });
  await refused.show('REFUSED', 0, resultHash, 4);
  const share = (net * 2_500n) / 10_000n;
  equal(await balance(paid) - before[1], net + share, 'refused: provider gets the share');
  equal(await balance(a) - before[0], net - share, 'refused: buyer gets the rest');
  await includeAfter(58, settleByAnyone(SILENCE, silent.id), { kind: 12, job: silent.index, verdict: SILENCE });
  await silent.show('ACCEPTED_BY_SILENCE', 0, resultHash);
  equal(await balance(paid) - before[1], net + share + net, 'silence: provider paid');
  await includeAfter(59, settleByAnyone(TIME_OUT, late.id), { kind: 12, job: late.index, verdict: TIME_OUT });
  await late.show('TIMED_OUT', 0, ZeroHash);
  equal(await balance(a) - before[0], net - share + late.value.escrow, 'timed out: buyer has it back, without a fee');
}

/** Mode 1: the result whose hash was expected settles by itself. */
async function expectedHash(a, provider, paid) {
  const resultHash = keccak256('0x04');
  const job = await openJob(a, [provider], { mode: 1, expected: keccak256(resultHash) });
  await refuse(await makeResult(job, provider, 0, keccak256('0x05')), 67, 'RESULT_MISMATCH', 'a result that was not expected');
  const before = await balance(paid);
  await result(job, provider, 0, resultHash);
  await job.show('ACCEPTED', 0, resultHash);
  equal(await balance(paid) - before, job.value.escrow - price(12), 'expected: provider paid');
}

/** Mode 2: three providers commit and reveal; two agree, the second lies. `paid` are the accounts of the payouts of first and third. */
async function kOfN(a, members, paid) {
  const terms = { mode: 2, quorum: 2, providers: members.map((member) => member.id) };
  for (const bad of [{ quorum: 1 }, { quorum: 4 }, { providers: [members[0].id, members[0].id] }, { providers: [members[0].id], quorum: 1 }]) {
    await refuse(await wire(alice, 'JobOpen', await jobTerms(a, { ...terms, ...bad })), 60, 'BAD_QUORUM', `a quorum of ${Object.keys(bad)}`);
  }
  const job = await openJob(a, members, { mode: 2, quorum: 2, escrow: ETH / 1000n + 1n });
  const states = async (...expected) => {
    const { quorum } = await job.at();
    equal(quorum.k, 2, 'quorum');
    equal(quorum.members.map(({ provider, state, hash }) => `${provider} ${state.slice('JOB_MEMBER_STATE_'.length)} ${hexlify(hash)}`).join(),
      expected.map(([state, hash], i) => `${members[i].index} ${state} ${hash}`).join(), 'members');
    return quorum.members.map(({ payout }) => payout);
  };
  const [truth, lie] = [keccak256('0x06'), keccak256('0x07')];
  const results = [truth, lie, truth];
  const salts = members.map((_, i) => secret(`salt ${i}`));
  const commitments = results.map((hash, i) => commitmentTo(job.id, i, hash, salts[i]));
  const awaited = ['AWAITED', ZeroHash];
  const committed = (i) => ['COMMITTED', commitments[i]];
  const revealed = (i) => ['REVEALED', results[i]];
  equal(await states(awaited, awaited, awaited), '0,0,0', 'no payouts yet');
  await refuse(await makeResult(job, members[0], 3, truth), 61, 'UNKNOWN_MEMBER', 'a fourth member');
  await refuse(await makeResult(job, members[0], 1, truth), 7, 'BAD_SIGNATURE', 'a commitment in the name of another member');
  await result(job, members[0], 0, commitments[0]);
  await refuse(await makeResult(job, members[0], 0, commitments[0]), 62, 'ALREADY_COMMITTED', 'committed twice');
  await result(job, members[1], 1, commitments[1]);
  await states(committed(0), committed(1), awaited);
  await refuse(await makeReveal(job, members[0], 0, truth, salts[0]), 65, 'REVEAL_NOT_OPEN', 'revealed while one is awaited');
  await result(job, members[2], 2, commitments[2]);
  equal((await states(committed(0), committed(1), committed(2))).filter((_, i) => i !== 1), paid, 'payouts as of the commitment');
  await refuse(await makeReveal(job, members[0], 0, truth, salts[1]), 64, 'REVEAL_MISMATCH', 'another salt');
  await refuse(await makeReveal(job, members[1], 1, truth, salts[1]), 64, 'REVEAL_MISMATCH', 'another result than committed');
  await reveal(job, members[1], 1, lie, salts[1]);
  await reveal(job, members[0], 0, truth, salts[0]);
  await refuse(await makeReveal(job, members[0], 0, truth, salts[0]), 63, 'NOT_COMMITTED', 'revealed twice');
  await states(revealed(0), revealed(1), committed(2));
  await job.show('OPEN', job.value.escrow, ZeroHash);
  const accounts = [a, ...paid];
  const before = await Promise.all(accounts.map((index) => balance(index)));
  await reveal(job, members[2], 2, truth, salts[2]);
  await states(revealed(0), revealed(1), revealed(2));
  await job.show('ACCEPTED', 0, truth);
  const net = job.value.escrow - price(12);
  const gains = await Promise.all(accounts.map(async (index, i) => await balance(index) - before[i]));
  equal(gains, [net % 2n, net / 2n, net / 2n], 'half each to the majority, what is left over to the buyer');
}

async function badInputs(a, b, providerId) {
  const nonce = await NEXT(a);
  const n = BigInt(nonce);
  const good = { account: a, nonce, to: bob.address, token: 0, amount: 1n, maxFee: price(1) };
  const transfer = (change, wallet = alice) => wire(wallet, 'Transfer', { ...good, ...change });
  const bytes = await transfer({});
  const body = bytes.slice(0, 2 + 2 * 66);
  const parts = Signature.from(`0x${bytes.slice(2 + 2 * 66)}`);
  const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  await refuse(await transfer({}, bob), 116, 'NOT_THE_SIGNER', 'another signer');
  await refuse(concat([body, toBeHex(ORDER, 32), toBeHex(parts.s, 32)]), 7, 'BAD_SIGNATURE', 'r = n');
  await refuse(concat([body, parts.r, ZeroHash]), 7, 'BAD_SIGNATURE', 's = 0');
  await refuse(concat([body, parts.r, toBeHex((1n << 255n) - 1n, 32)]), 7, 'BAD_SIGNATURE', 'high s');
  await refuse(await transfer({ nonce: n + 1n }), 104, 'NONCE_TOO_HIGH', 'a gap', nonce);
  await refuse(await transfer({ nonce: n - 1n }), 103, 'NONCE_TOO_LOW', 'a used nonce', nonce);
  await refuse(`${bytes}00`, 100, 'MALFORMED', 'a trailing byte');
  await refuse(bytes.slice(0, -2), 100, 'MALFORMED', 'a missing byte');
  await refuse('0x', 100, 'MALFORMED', 'nothing');
  await refuse(await transfer({ amount: 100n * ETH }), 10, 'INSUFFICIENT_BALANCE', 'an overdraft');
  await refuse(await transfer({ amount: (1n << 128n) - 1n }), 10, 'INSUFFICIENT_BALANCE', 'the largest amount');
  for (const kind of [8, 13, 255]) await refuse(concat([u8(kind), `0x${bytes.slice(4)}`]), 101, 'UNKNOWN_KIND', `kind ${kind}`);
  await refuse(`0x07${bytes.slice(4)}`, 100, 'MALFORMED', 'kind 7 with the length of a transfer');
  await refuse(`0x00${bytes.slice(4)}`, 102, 'NOT_SUBMITTABLE', 'kind 0');
  await refuse(`0x09${bytes.slice(4)}`, 102, 'NOT_SUBMITTABLE', 'kind 9');
  await refuse(await transfer({ token: 3 }), 12, 'TOKEN_NOT_LISTED', 'a token that is not listed');
  await refuse(await transfer({ token: 4 }), 100, 'MALFORMED', 'token 4');
  await refuse(await transfer({ maxFee: price(1) - 1n }), 9, 'FEE_ABOVE_MAXIMUM', 'a maximum fee below the price');
  await refuse(await transfer({ account: 0xfffffff0 }), 2, 'UNKNOWN_ACCOUNT', 'an unknown account');
  await refuse(await wire(alice, 'Withdraw', { ...good, amount: 0n, maxFee: price(2) }), 11, 'ZERO_AMOUNT', 'a withdrawal of nothing');
  const open = async (change) => wire(alice, 'ChannelOpen', {
    account: a, nonce, payee: bob.address, token: 0, deposit: 1n, meter: 1, meterKey: zeroPadValue(alice.address, 32), meterRate: 0n,
    closeDelay: info.genesis.protective_delay, maxFee: price(3), ...change,
  });
  await refuse(await open({ closeDelay: info.genesis.protective_delay - 1 }), 21, 'DELAY_TOO_SHORT', 'a short closing delay');
  await refuse(await open({ meter: 3 }), 20, 'METER_UNKNOWN', 'meter 3');
  await refuse(await open({ meter: 128 }), 100, 'MALFORMED', 'meter 128');
  await refuse(await open({ meterRate: 1n }), 100, 'MALFORMED', 'vouchers with a rate');
  await refuse(await open({ meterKey: keccak256('0x') }), 100, 'MALFORMED', 'vouchers with a key that is no address');
  await refuse(await open({ meter: 0, meterRate: 1n }), 100, 'MALFORMED', 'time with a meter key');
  const nothing = keccak256('0x');
  for (const claim of [
    tickClaim(nothing, 1, 0, nothing), tickClaim(nothing, 1, 4_097, nothing), tickClaim(nothing, 1n << 61n, 1, nothing), concat(['0x0403', nothing]), concat(['0x0502', nothing]),
    settleByAnyone(4, nothing),
  ]) await refuse(claim, 100, 'MALFORMED', 'something without a posted form');
  await refuse(tickClaim(nothing, 1, 1, nothing), 4, 'UNKNOWN_CHANNEL', 'an unknown channel');
  const buy = async (change) => wire(alice, 'JobOpen', await jobTerms(a, { providers: [providerId], ...change }));
  const five = Array(5).fill(providerId);
  for (const [what, change] of Object.entries({
    'two providers in mode 0': { providers: five.slice(3) }, 'no provider': { providers: [] }, 'six providers': { mode: 2, quorum: 4, providers: [...five, providerId] },
    'a quorum in mode 0': { quorum: 1 }, 'an expected hash in mode 2': { mode: 2, quorum: 3, providers: five, expected: nothing }, 'a late deadline': { deadline: 1n << 61n },
  })) await refuse(await buy(change), 100, 'MALFORMED', what);
  await refuse(await buy({ mode: 3 }), 50, 'JOB_MODE_UNKNOWN', 'mode 3');
  await refuse(await buy({ providers: [nothing] }), 5, 'UNKNOWN_PROVIDER', 'an unknown provider');
  await refuse(await buy({ escrow: price(12) - 1n }), 51, 'ESCROW_BELOW_FEE', 'an escrow below the fee');
  await refuse(await buy({ refusalBps: 10_001 }), 54, 'BAD_SPLIT', 'more than all of it');
  await refuse(await buy({ deadline: 1n }), 52, 'DEADLINE_PASSED', 'a deadline long ago');
  await refuse(await wire(bob, 'ProviderUpdate', await statement('ProviderUpdate', b, {
    provider: providerId, payout: bob.address, cell: 0n, price: 0n, endpointHash: ZeroHash, retire: 2,
  })), 100, 'MALFORMED', 'retire 2');
  await refuse(await makeSettle(alice, a, { id: nothing }, 4, 0), 100, 'MALFORMED', 'verdict 4');
  await refuse(await wire(alice, 'JobResult', { account: a, nonce, job: nothing, member: 0, resultHash: ZeroHash, maxFee: price(11) }), 6, 'UNKNOWN_JOB', 'an unknown job');
  equal(await NEXT(a), nonce, 'refusals moved no nonce');
  equal(await status(query('Channel', { id: new Uint8Array(32) })), grpc.status.NOT_FOUND, 'an unknown channel');
  equal(await status(query('Job', { index: 0xfffffff0 })), grpc.status.NOT_FOUND, 'an unknown job');
  equal(await status(query('Transaction', { id: new Uint8Array(32) })), grpc.status.NOT_FOUND, 'an unknown transaction');
  equal((await accountsOf(new Wallet(secret('nobody')).address)).length, 0, 'nobody has an account');
}

// The chain as a whole.

/**
 * Every block up to the head, cut into transactions and hashed anew (§5, §8), its messages as L1 has them (§7).
 * Answers the keys of the devices in the order in which they registered.
 */
async function follow(messages) {
  const head = (await query('Heads')).unsafe;
  const keys = [];
  const kinds = new Map();
  let accumulator = ZeroHash;
  let number = 0n;
  let root = hexlify(info.genesis_root);
  let position = 0;
  const stream = services.Feed.Blocks({ from: 1 }, { deadline: Date.now() + 300_000 });
  for await (const { block, header, ...feed } of stream) {
    number += 1n;
    const r = new Reader(block);
    const count = Number(r.uint(2));
    r.uint(4); // clockDelta
    let consumed = 0;
    const leaves = [];
    for (let i = 0; i < count; i += 1) {
      const from = r.at;
      const { kind, hints, deviceKey } = decode(r);
      consumed += hints?.length ?? 0;
      if (deviceKey) keys.push(deviceKey);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      leaves.push([BigInt(i), keccak256(block.subarray(from, r.at))]);
    }
    check(r.at === block.length && block.length <= 3_934, 'a block is whole transactions');
    equal(`${header.number} ${header.tx_count}`, `${number} ${count}`, 'block: header');
    equal(treeRoot(depthOf(count), leaves), header.tx_root, 'block: transaction root');
    equal(commitmentOf(header), feed.commitment, 'block: commitment');
    accumulator = H(accumulator, feed.commitment);
    equal(accumulator, feed.block_accumulator, 'block: accumulator');
    equal(feed.pre_root, root, 'block: follows the one before');
    root = hexlify(feed.post_root);
    equal(feed.messages.length, consumed, 'block: its messages');
    position += consumed;
    equal(header.inbox_position, position, 'block: inbox position');
    equal(header.inbox_accumulator, position === 0 ? ZeroHash : messages[position - 1].accumulator, 'block: inbox accumulator is that of L1');
    if (number >= BigInt(head)) break;
  }
  return { keys, kinds, number };
}

/** The Inbox's messages from L1's events; each accumulator is what §7 says. */
async function inboxMessages() {
  const inbox = new Contract(hexlify(info.inbox), INBOX, l1);
  const events = await inbox.queryFilter('MessageQueued', 0);
  const messages = events.map(({ args: [index, kind, payload, time, witnessWeight, gasWeight, accumulator] }) =>
    ({ index, kind: Number(kind), payload, time, witnessWeight, gasWeight, accumulator }));
  const WEIGHTS = { 1: [2_020n, 40_000n], 2: [28_000n, 2_500_000n], 3: [200n, 10_000n] };
  let last = { accumulator: ZeroHash, witnessWeight: 0n, gasWeight: 0n };
  messages.forEach((message, i) => {
    equal(message.index, i, 'message: index');
    const [witness, gas] = WEIGHTS[message.kind];
    equal(`${message.witnessWeight} ${message.gasWeight}`, `${last.witnessWeight + witness} ${last.gasWeight + gas}`, 'message: weights');
    const hash = H(u8(message.kind), message.payload);
    equal(message.accumulator, H(last.accumulator, hash, u64(message.time), u64(message.witnessWeight), u64(message.gasWeight)), 'message: accumulator');
    last = message;
  });
  return messages;
}

/** Committee and counters of §3 from what the queries say of its providers, in the order of their slots, and the keys of their devices. */
function committeeLeaves(members, keys) {
  const { committee_size_log2: depth } = info.genesis;
  const C = 2 ** depth;
  const total = keys.reduce((sum, key) => sum.add(bls12_381.G1.Point.fromAffine({ x: BigInt(key.slice(0, 98)), y: BigInt(`0x${key.slice(98)}`) })),
    bls12_381.G1.Point.ZERO).toAffine();
  keys.forEach((key, slot) => equal(keccak256(key), members[slot].key_hash, 'key of a device'));
  const keyRoot = treeRoot(depth, keys.map((key, slot) => [BigInt(slot), keccak256(key)]));
  const joins = [[0, 0], [0, 0]]; // the last two epochs of joining, and how many were there before
  members.forEach(({ joined_epoch: epoch }, slot) => {
    if (joins[1][0] !== epoch) joins.splice(0, 2, joins[1], [epoch, slot]);
  });
  const { month, previous_month: previous } = members[0];
  const perSlot = (of) => Array.from({ length: C }, (_, slot) => {
    const uptime = members[slot]?.[of];
    return concat([u16(uptime?.missed ?? 0), u16(uptime?.excused ?? 0)]);
  });
  return [
    H(u16(keys.length), u32(members[0].last_recorded_epoch_plus_one), fp(total.x), fp(total.y), keyRoot),
    H(u32(month.month), u16(month.recorded), u16(previous?.recorded ?? 0), ...joins.flatMap(([epoch, count]) => [u32(epoch), u16(count)]),
      ...perSlot('month'), ...perSlot('previous_month')),
  ];
}

/**
 * §3: every leaf from what the queries, L1's inbox and the devices' keys say; their root is the chain's. And what the bridge has is the sum of what is owed.
 * Everything is read between two blocks; answers nothing if one came in between.
 */
async function wholeState(bridge) {
  const messages = await inboxMessages();
  const { keys, kinds, number } = await follow(messages);
  const at = await query('ChainInfo');
  if (BigInt(at.heads.unsafe) !== number) return false;
  const { header, ...head } = await query('Block', { number: at.heads.unsafe });
  const all = (count, ask) => Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
  const accounts = await all(at.accounts, account);
  const channels = await all(at.channels, (index) => query('Channel', { index }));
  const providers = await all(at.providers, (index) => query('Provider', { index }));
  const jobs = await all(at.jobs, (index) => query('Job', { index }));
  const withdrawals = await all(at.withdrawals, (withdrawal) => query('WithdrawalProof', { withdrawal }));
  const claimed = await all(at.withdrawals, (index) => bridge.isClaimed(index));
  const custody = await bridge.custodyOf(0);
  const after = await query('ChainInfo');
  if (after.heads.unsafe !== at.heads.unsafe) return false;

  const seen = messages.slice(0, Number(header.inbox_position));
  const seeds = seen.filter(({ kind }) => kind === 3).slice(-3).map(({ payload }) => payload);
  while (seeds.length < 3) seeds.unshift(`0x${'00'.repeat(36)}`);
  const leaves = new Map();
  const put = (type, index, ...preimage) => leaves.set((BigInt(type) << 32n) | BigInt(index), H(...preimage));
  put(0, 0, u64(header.inbox_position), u64(head.inbox_witness_weight), u64(head.inbox_gas_weight), u64(header.clock), u64(header.number),
    header.inbox_accumulator, head.block_accumulator, ...['accounts', 'withdrawals', 'channels', 'providers', 'jobs', 'quorums'].map((name) => u32(at[name])));
  put(0, 1, u32(0), ...at.fee_balances);
  put(0, 2, ...seeds);
  for (const x of accounts) put(1, x.index, x.owner, u64(x.nonce), u32(0), ...x.balances);
  for (const x of withdrawals) put(2, x.withdrawal, x.recipient, u8(x.token), x.amount);
  const CHANNEL = ['UNSPECIFIED', 'OPEN', 'CLOSING', 'CLOSED'].map((name) => `CHANNEL_STATE_${name}`);
  for (const x of channels) {
    put(3, x.index, x.id, u32(x.payer), u32(x.payee), u8(x.token), u8(x.meter), u8(CHANNEL.indexOf(x.state)), x.deposit, x.claimed,
      u32(x.close_delay), u64(x.close_at), x.meter_key, x.meter_rate);
  }
  for (const x of providers) {
    put(4, x.index, x.id, u32(x.account), u32(x.payout), u16(x.device_class), u64(x.capabilities), u64(x.cell), u8(x.token), x.price,
      u8(x.retired ? 1 : 0), u32(x.joined_epoch), u32(x.moved_month_plus_one), x.endpoint_hash);
  }
  const C = 2 ** info.genesis.committee_size_log2;
  for (let first = 0; first < providers.length; first += C) {
    committeeLeaves(providers.slice(first, first + C), keys.slice(first, first + C)).forEach((hash, i) => leaves.set((BigInt(5 + i) << 32n) | BigInt(first / C), hash));
  }
  const JOB = ['UNSPECIFIED', 'OPEN', 'DONE', 'ACCEPTED', 'ACCEPTED_BY_SILENCE', 'REFUSED', 'TIMED_OUT'].map((name) => `JOB_STATE_${name}`);
  const MEMBER = ['AWAITED', 'COMMITTED', 'REVEALED'].map((name) => `JOB_MEMBER_STATE_${name}`);
  for (const x of jobs) {
    put(7, x.index, x.id, u32(x.buyer), u32(x.quorum?.index ?? x.provider), u8(x.token), u8(x.mode), u8(JOB.indexOf(x.state)), x.escrow, x.result_hash,
      u64(x.deadline), u64(x.window_end), u32(x.window), u16(x.refusal_bps), u16(x.reason));
    if (x.quorum) {
      const members = x.quorum.members.map(({ provider, payout, state, hash }) => concat([u32(provider), u32(payout), u8(MEMBER.indexOf(state)), hash]));
      put(8, x.quorum.index, u32(x.index), u8(members.length), u8(x.quorum.k), ...members, `0x${'00'.repeat(41 * (5 - members.length))}`);
    }
  }
  equal(treeRoot(40, leaves), at.state_root, 'the state root is that of all leaves');
  equal(head.post_root, at.state_root, 'and of the last block');

  const sum = (items, amount) => items.reduce((total, item) => total + amount(item), 0n);
  const ofEth = (items) => items.filter(({ token }) => token === 0);
  equal(custody, sum(accounts, ({ balances }) => big(balances[0])) + big(at.fee_balances[0])
    + sum(ofEth(channels), ({ deposit: put1, claimed: paid }) => big(put1) - big(paid)) + sum(ofEth(jobs), ({ escrow }) => big(escrow))
    + sum(ofEth(withdrawals).filter(({ withdrawal: index }) => !claimed[index]), ({ amount }) => big(amount))
    + sum(messages.slice(seen.length).filter(({ kind, payload }) => kind === 1 && payload.startsWith('0x00')), ({ payload }) => BigInt(`0x${payload.slice(4, 36)}`)), 'custody');
  return { number, leaves: leaves.size, kinds: [...kinds.keys()].sort((x, y) => x - y).join(' ') };
}

function failed(error) {
  console.error(error);
  console.error(`failed after ${checks} checks; seed ${args.seed}`);
  process.exit(1);
}
process.on('uncaughtException', failed); // a check of what comes unasked on a stream

try {
  console.log(`seed ${args.seed}`);
  const { rollup, bridge } = await chainInfo();
  say('chain info: domain, genesis hash and genesis root are what we compute');
  await l1.send('anvil_setBalance', [sponsor.address, toBeHex(10n * ETH).replace(/^0x0+/, '0x')]);
  const [a, b] = await Promise.all([deposit(bridge, alice, 2n * ETH), deposit(bridge, bob, ETH)]);
  say(`deposits credited to accounts ${a} and ${b}`);
  await transfers(a);
  say('transfers: single and streamed, acks verified');
  const claims = [await withdrawal(rollup, bridge, alice, a, alice.address, ETH / 10n), await withdrawal(rollup, bridge, alice, a, carol.address, 12_345n)];
  say('withdrawn on L2');
  const vouchers = await voucherChannel(a, b);
  say('vouchers sent, received, settled; closing');
  const finalizers = [vouchers.finalized, await tickChannel(a, b, vouchers.index)];
  say('ticks sent, received, claimed by us and by the relay; closing');
  finalizers.push(await timeStream(a, b));
  say('time stream claimed to the second; closing');
  const [c, d] = [await fund(a, carol.address, ETH / 100n), await fund(a, dave.address, ETH / 100n)];
  const providers = [await register(bob, b, 99n), await register(carol, c, 100n), await register(dave, d, 101n)];
  say('three providers registered');
  await updates(a, providers[0], carol);
  const { payout: e, retire } = await updates(a, providers[2], erin); // an address without an account
  say('providers updated');
  await buyerAccepts(a, providers[0], c);
  say('jobs of mode 0 accepted, refused, accepted by silence, timed out');
  await expectedHash(a, providers[0], c);
  say('job of mode 1 settled by the expected hash');
  await kOfN(a, providers, [c, e]);
  say('job of mode 2 settled by two of three');
  await retire();
  say('provider retired');
  await badInputs(a, b, providers[0].id);
  say('bad inputs refused by number');
  await heartbeats(providers);
  say('heartbeat counted');
  for (const claim of claims) await claim();
  say('withdrawals proven and claimed on L1');
  for (const finalize of finalizers) await finalize();
  say('channels closed');
  const whole = await until('a moment between two blocks', () => wholeState(bridge));
  say(`${whole.number} blocks followed, with kinds ${whole.kinds}; ${whole.leaves} leaves give the state root; the bridge has what is owed`);
  say(`${checks} checks passed`);
  l1.destroy();
  process.exit(0);
} catch (error) {
  failed(error);
}
