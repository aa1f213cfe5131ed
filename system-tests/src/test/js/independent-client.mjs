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

/** Asks again until the answer is there; the bound only says when to give up. */
async function until(what, ask, seconds = 120) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`gave up after ${seconds} s waiting for ${what}`);
    await new Promise((resume) => setTimeout(resume, 200));
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

/** Root of a sparse tree of depth 40 (§3) from `[key, hash]` pairs. */
function stateRoot(leaves) {
  let level = new Map(leaves);
  for (let i = 0; i < 40; i += 1) {
    const next = new Map();
    for (const key of level.keys()) {
      const parent = key >> 1n;
      next.set(parent, node(level.get(parent << 1n) ?? ZeroHash, level.get((parent << 1n) | 1n) ?? ZeroHash));
    }
    level = next;
  }
  return level.get(0n);
}

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
  JobOpen: 'uint32 account,uint64 nonce,bytes32 provider,uint8 token,uint128 escrow,uint8 mode,bytes32 specHash,uint64 deadline,uint32 window,uint16 refusalBps,uint128 maxFee',
  JobResult: 'uint32 account,uint64 nonce,bytes32 job,bytes32 resultHash,uint128 maxFee',
  JobSettle: 'uint32 account,uint64 nonce,bytes32 job,uint8 verdict,uint16 reason',
  BlockConfirmation: 'uint64 number,bytes32 blockAccumulator,uint64 postBy',
  HeartbeatReceipt: 'bytes32 provider,uint32 epoch,uint64 receivedAt',
}).map(([name, text]) => [name, { [name]: fields(text) }]));

/** Kind, and the wire form without kind and signature, of the kinds whose fields follow each other as signed. */
const WIRE = {
  Transfer: 1, Withdraw: 2, ChannelOpen: 3, ProviderRegister: 6, JobOpen: 10, JobResult: 11,
};
const width = (type) => (type === 'address' ? 20 : type === 'bytes32' ? 32 : Number(type.slice(4)) / 8);
const encoded = ({ type, name }, value) => (type.startsWith('uint') ? toBeHex(value[name], width(type)) : value[name]);
const MULTIPLIERS = { 1: 1n, 2: 2n, 3: 2n, 4: 1n, 5: 1n, 6: 8n, 10: 2n, 11: 1n, 12: 1n };

let domain; // for ethers
let D; // its hash
let info; // ChainInfo
let units; // fee units
const price = (kind, token = 0) => units[token] * (MULTIPLIERS[kind] ?? 0n);
const idOf = (owner, account, nonce) => H(D, zeroPadValue(owner, 32), toBeHex(account, 32), toBeHex(nonce, 32));

async function signed(wallet, name, value) {
  return Signature.from(await wallet.signTypedData(domain, TYPES[name], value)).compactSerialized;
}
const signer = (name, value, signature) =>
  recoverAddress(TypedDataEncoder.hash(domain, TYPES[name], value), Signature.from(hexlify(signature)));

/** The wire form of a signed statement; `extra` holds the bytes that are not signed as they are (the device's key and possession). */
async function wire(wallet, name, value, extra = {}) {
  const signature = await signed(wallet, name, value);
  if (name === 'Voucher') return concat([u8(4), value.channel, u128(value.amount), signature]);
  if (name === 'ChannelClose') return concat([u8(5), '0x00', u32(value.account), u64(value.nonce), value.channel, u128(value.maxFee), signature]);
  if (name === 'JobSettle') return concat([u8(12), u8(value.verdict), u32(value.account), u64(value.nonce), value.job, u16(value.reason), signature]);
  const body = TYPES[name][name].map((field) =>
    field.name === 'deviceKeyHash' ? concat([extra.deviceKey, extra.possession]) : encoded(field, value));
  return concat([u8(WIRE[name]), ...body, signature]);
}

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

/** Decodes one posted transaction into the fields that it posts; `to` is `{ address }` or `{ index }`. */
function decode(posted) {
  const r = new Reader(posted);
  const head = Number(r.uint(1));
  const kind = head >> 4;
  const flags = head & 15;
  const token = BigInt(flags >> 2);
  const allowed = { 1: 15, 2: 15, 3: 15, 4: 0, 5: 7, 6: 15, 10: 14, 11: 2, 12: 3 }[kind];
  check(allowed !== undefined && (flags & ~allowed) === 0, `posted: head byte ${head}`);
  const recipient = () => (flags & 1 ? { address: r.take(20) } : { index: r.V() });
  const fee = (t = token) => (flags & 2 ? r.A() : price(kind, Number(t)));
  const out = { kind };
  switch (kind) {
    case 1:
      Object.assign(out, { account: r.V(), to: recipient(), token, amount: r.A(), maxFee: fee() });
      break;
    case 2:
      Object.assign(out, { account: r.V(), to: flags & 1 ? { address: r.take(20) } : { owner: true }, token, amount: r.A(), maxFee: fee() });
      break;
    case 3: {
      Object.assign(out, { account: r.V(), payee: recipient(), token, deposit: r.A() });
      const meter = r.uint(1);
      out.meter = meter & 127n;
      out.meterKey = meter & 128n ? { owner: true } : r.take(32);
      out.meterRate = out.meter === 1n ? 0n : r.A();
      out.closeDelay = r.V();
      out.maxFee = fee();
      break;
    }
    case 4:
      Object.assign(out, { channel: r.V(), amount: r.A() });
      break;
    case 5:
      out.finalize = (flags & 1) === 1;
      out.byPayee = (flags & 4) === 4;
      out.channel = r.V();
      if (!out.finalize) out.maxFee = fee(0n);
      break;
    case 6:
      Object.assign(out, {
        account: r.V(), payout: recipient(), token, class: r.uint(2), capabilities: r.uint(8), cell: r.uint(8), price: r.A(),
        deviceKey: r.take(96), possession: r.take(192), maxFee: fee(),
      });
      break;
    case 10:
      Object.assign(out, {
        account: r.V(), provider: r.V(), token, escrow: r.A(), mode: r.uint(1), specHash: r.take(32), deadline: r.V(), window: r.V(),
        refusalBps: r.uint(2), maxFee: fee(),
      });
      break;
    case 11:
      Object.assign(out, { job: r.V(), resultHash: r.take(32), maxFee: fee(0n) });
      break;
    default:
      out.verdict = BigInt(flags);
      out.job = r.V();
      if (flags < 2) out.reason = r.uint(2);
  }
  if (!out.finalize && !(kind === 12 && flags >= 2)) out.signature = r.take(64);
  check(r.at === posted.length, 'posted: no trailing bytes');
  return out;
}

/** Says that a block's bytes are what was signed; indices are looked up. */
async function checkPosted(posted, expected) {
  const got = decode(posted);
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
  ['submission', 'query', 'vouchers', 'heartbeats'].map((file) => `sluice/v1/${file}.proto`),
  { includeDirs: [protoRoot], keepCase: true, longs: String, enums: String, defaults: true, oneofs: true, arrays: true },
)).sluice.v1;
const services = Object.fromEntries(['Submission', 'Query', 'Vouchers', 'Heartbeats'].map((name) =>
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
      check(entry !== undefined, 'an answer belongs to a frame');
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
      const depth = Math.ceil(Math.log2(header.tx_count));
      const leaves = mine.map((inclusion, i) =>
        ({ index: BigInt(inclusion.position), mask: BigInt(proof.masks[i]), hash: keccak256(inclusion.posted) }));
      equal(multiproofRoot(depth, leaves, split(proof.siblings, 32).map(hexlify)), header.tx_root, 'proof: transaction root');
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

/** Submits, and checks everything that the ack says. Answers what the block appended and its number. */
async function include(transaction, expected) {
  const answer = await submitOne(transaction);
  const { result } = answer;
  if (result.outcome === 'refused') throw new Error(`refused: ${result.refused.number} ${result.refused.name}: ${result.refused.message}`);
  await checkConfirmation(answer.confirmation, [result.included]);
  await checkPosted(result.included.posted, { ...expected, signature: hexlify(getBytes(transaction).slice(-64)) });
  const known = await query('Transaction', { id: getBytes(keccak256(transaction)) });
  equal(known.status, 'receipt', 'transaction is known');
  equal(known.receipt.posted, result.included.posted, 'receipt: posted');
  equal(known.receipt.block_number, result.included.block_number, 'receipt: block');
  check(known.receipt.refused === null, 'receipt: applied');
  return known.receipt;
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
  `function claim(${HEADER} header,uint32 index,address recipient,uint8 token,uint128 amount,uint40 mask,bytes32[] siblings)`,
];

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
  equal(stateRoot([
    [0n, H(zeros(24), u64(g.genesis_time), zeros(8 + 64), u32(1), zeros(16))],
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
const NEXT = async (index) => (await account(index)).next_nonce;

async function transfers(a) {
  // To an address without an account: the posted form opens one.
  const value = { account: a, nonce: 0, to: carol.address, token: 0, amount: 123_456_789n, maxFee: price(1) };
  const first = await include(await wire(alice, 'Transfer', value), { kind: 1, ...value, nonce: undefined });
  const [c] = await accountsOf(carol.address);
  equal(big(c.balances[0]), value.amount, 'new account');
  // A stream: several frames under way, consecutive nonces; one with a larger maximum fee, which the posted form must carry; a bad one between.
  const stream = new Frames('Submission', 'Submit');
  const make = async (nonce, amount, maxFee = price(1)) => {
    const statement = { account: a, nonce, to: carol.address, token: 0, amount, maxFee };
    return { statement, bytes: await wire(alice, 'Transfer', statement) };
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
        if (item.statement === undefined) isRefusal(result.refused, 100, 'MALFORMED', 'trailing byte in a frame');
        else await checkPosted(result.included.posted, { kind: 1, ...item.statement, nonce: undefined, signature: hexlify(getBytes(item.bytes).slice(-64)) });
      }
    }
    equal(seen.size, frame.length, 'every transaction answered');
  }
  await stream.close();
  equal(big((await account(c.index)).balances[0]), value.amount + good.reduce((sum, { statement }) => sum + statement.amount, 0n), 'sum of transfers');
  return first;
}

async function channel(a, b) {
  const nonce = await NEXT(a);
  const id = idOf(alice.address, a, nonce);
  const amount = ETH / 100n;
  const value = {
    account: a, nonce, payee: bob.address, token: 0, deposit: amount, meter: 1, meterKey: zeroPadValue(alice.address, 32), meterRate: 0n,
    closeDelay: info.genesis.protective_delay, maxFee: price(3),
  };
  const expected = { kind: 3, ...value, nonce: undefined, meterKey: undefined };
  delete expected.meterKey;
  const receipt = await include(await wire(alice, 'ChannelOpen', value), expected);
  const index = Number(receipt.created);
  const opened = await query('Channel', { id: getBytes(id) });
  equal(opened.index, index, 'channel by id');
  equal(big(opened.deposit), amount, 'channel deposit');
  equal(opened.meter_key, value.meterKey, 'meter key');
  equal(`${opened.payer} ${opened.payee} ${opened.state}`, `${a} ${b} CHANNEL_STATE_OPEN`, 'channel');

  const received = [];
  const receive = services.Vouchers.Receive({ payee_accounts: [b] });
  receive.on('data', (delivery) => split(delivery.channel_ids, 32).forEach((channelId, i) => received.push({ channelId, ...delivery.vouchers[i] })));
  receive.on('error', (error) => {
    if (error.code !== grpc.status.CANCELLED) throw error;
  });
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
  receive.cancel();

  const before = await balance(b);
  const settled = await call('Vouchers', 'Settle', { channel: index });
  check(settled.outcome === 'included', `settled: ${settled.refused?.name}`);
  const { included } = settled;
  await checkConfirmation(included.confirmation, [included.inclusion]);
  const last = await voucher(alice, steps.at(-1));
  equal(included.transaction_id, H(u8(4), id, last.amount, last.signature), 'settle: transaction id');
  await checkPosted(included.inclusion.posted, { kind: 4, channel: index, amount: steps.at(-1), signature: hexlify(last.signature) });
  equal(big(included.amount), steps.at(-1), 'settled amount');
  equal(await balance(b) - before, steps.at(-1) - price(4), 'payee paid');
  isRefusal((await call('Vouchers', 'Settle', { channel: index })).refused, 24, 'CLAIM_BELOW_FEE', 'nothing to settle');

  const close = { account: a, nonce: await NEXT(a), channel: id, maxFee: price(5) };
  await include(await wire(alice, 'ChannelClose', close), { kind: 5, channel: index, finalize: false, byPayee: false, maxFee: price(5) });
  const finalize = concat([u8(5), u8(1), id]);
  return async () => {
    // Finalized by itself or by us, whoever comes first.
    await until('the closing channel to be closed', async () => {
      if ((await query('Channel', { index })).state === 'CHANNEL_STATE_CLOSED') return true;
      const { result } = await submitOne(finalize);
      if (result.outcome === 'included') return true;
      check([27, 22, 26].includes(result.refused.number), `finalize: ${result.refused.name}`);
      return false;
    });
    const closed = await query('Channel', { index });
    equal(`${closed.state} ${big(closed.deposit)} ${big(closed.claimed)}`, `CHANNEL_STATE_CLOSED ${steps.at(-1)} ${steps.at(-1)}`, 'channel closed');
  };
}

async function provider(b) {
  const device = new Device(secret('device'));
  const nonce = await NEXT(b);
  const value = {
    account: b, nonce, payout: bob.address, class: 7, capabilities: 0x0102030405060708n, cell: 99n, token: 0, price: 5_000n,
    deviceKeyHash: keccak256(device.key), maxFee: price(6),
  };
  const message = H(D, bob.address, device.key);
  await refuse(await wire(bob, 'ProviderRegister', value, { deviceKey: device.key, possession: device.sign(message, HEARTBEAT_DST) }),
    31, 'BAD_POSSESSION_PROOF', 'possession under the wrong DST');
  const possession = device.sign(message, POSSESSION_DST);
  const receipt = await include(await wire(bob, 'ProviderRegister', value, { deviceKey: device.key, possession }), {
    kind: 6, ...value, nonce: undefined, deviceKeyHash: undefined, deviceKey: device.key, possession,
  });
  const index = Number(receipt.created);
  const id = idOf(bob.address, b, nonce);
  const known = await query('Provider', { id: getBytes(id) });
  equal(known.index, index, 'provider by id');
  equal(known.key_hash, keccak256(device.key), 'key hash');
  equal(known.device_class, 7, 'class');
  equal(known.committee * 2 ** info.genesis.committee_size_log2 + known.slot, index, 'committee and slot');
  const beat = async () => {
    const beacon = await until('a beacon after the epoch of joining', async () => {
      const answer = await call('Heartbeats', 'Beacon', {});
      return answer.epoch > known.joined_epoch && answer.beacon.length === 32 && answer;
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
  const counted = async () => {
    const epoch = await beat();
    const after = await until('the record of the epoch', async () => {
      const answer = await query('Provider', { index });
      return answer.last_recorded_epoch_plus_one > epoch && answer;
    });
    equal(after.month.uptime + (after.previous_month?.uptime ?? 0), 1, 'one epoch of uptime');
    for (const month of [after.month, after.previous_month]) {
      if (month) equal(month.recorded - month.missed - month.excused, month.uptime, 'uptime');
    }
  };
  return { id, index, counted };
}

async function job(a, b, { id: providerId, index: providerIndex }) {
  const nonce = await NEXT(a);
  const clock = BigInt((await query('ChainInfo')).clock);
  const open = {
    account: a, nonce, provider: providerId, token: 0, escrow: ETH / 1000n, mode: 0, specHash: keccak256('0x01'), deadline: clock + 3600n,
    window: info.genesis.protective_delay, refusalBps: 2_500, maxFee: price(10),
  };
  const receipt = await include(await wire(alice, 'JobOpen', open), { kind: 10, ...open, nonce: undefined, provider: providerIndex });
  const index = Number(receipt.created);
  const id = idOf(alice.address, a, nonce);
  const at = async () => query('Job', { id: getBytes(id) });
  equal(`${(await at()).index} ${(await at()).state}`, `${index} JOB_STATE_OPEN`, 'job opened');
  const settle = async () => ({ account: a, nonce: await NEXT(a), job: id, verdict: 0, reason: 3 });
  await refuse(await wire(alice, 'JobSettle', await settle()), 56, 'JOB_NOT_DONE', 'accepted too early');
  const result = { account: b, nonce: await NEXT(b), job: id, resultHash: keccak256('0x02'), maxFee: price(11) };
  await include(await wire(bob, 'JobResult', result), { kind: 11, job: index, resultHash: result.resultHash, maxFee: result.maxFee });
  equal((await at()).state, 'JOB_STATE_DONE', 'job done');
  equal((await at()).result_hash, result.resultHash, 'result hash');
  await refuse(await wire(bob, 'JobSettle', { ...await settle(), account: b, nonce: await NEXT(b) }), 7, 'BAD_SIGNATURE', 'accepted by another than the buyer');
  const before = await balance(b);
  await include(await wire(alice, 'JobSettle', await settle()), { kind: 12, job: index, verdict: 0, reason: 3 });
  const accepted = await at();
  equal(`${accepted.state} ${big(accepted.escrow)} ${accepted.reason}`, 'JOB_STATE_ACCEPTED 0 3', 'job accepted');
  equal(await balance(b) - before, open.escrow - price(12), 'provider paid');
}

async function badInputs(a) {
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
  await refuse(`0x07${bytes.slice(4)}`, 101, 'UNKNOWN_KIND', 'kind 7');
  await refuse(`0xff${bytes.slice(4)}`, 101, 'UNKNOWN_KIND', 'kind 255');
  await refuse(`0x00${bytes.slice(4)}`, 102, 'NOT_SUBMITTABLE', 'kind 0');
  await refuse(`0x09${bytes.slice(4)}`, 102, 'NOT_SUBMITTABLE', 'kind 9');
  await refuse(await transfer({ token: 3 }), 12, 'TOKEN_NOT_LISTED', 'a token that is not listed');
  await refuse(await transfer({ token: 4 }), 100, 'MALFORMED', 'token 4');
  await refuse(await transfer({ maxFee: price(1) - 1n }), 9, 'FEE_ABOVE_MAXIMUM', 'a maximum fee below the price');
  await refuse(await transfer({ account: 0xfffffff0 }), 2, 'UNKNOWN_ACCOUNT', 'an unknown account');
  await refuse(await wire(alice, 'Withdraw', { ...good, amount: 0n, maxFee: price(2) }), 11, 'ZERO_AMOUNT', 'a withdrawal of nothing');
  await refuse(await wire(alice, 'ChannelOpen', {
    account: a, nonce, payee: bob.address, token: 0, deposit: 1n, meter: 1, meterKey: zeroPadValue(alice.address, 32), meterRate: 0n,
    closeDelay: info.genesis.protective_delay - 1, maxFee: price(3),
  }), 21, 'DELAY_TOO_SHORT', 'a short closing delay');
  await refuse(await wire(alice, 'JobResult', { account: a, nonce, job: keccak256('0x'), resultHash: ZeroHash, maxFee: price(11) }), 6, 'UNKNOWN_JOB', 'an unknown job');
  equal(await NEXT(a), nonce, 'refusals moved no nonce');
  equal(await status(query('Channel', { id: new Uint8Array(32) })), grpc.status.NOT_FOUND, 'an unknown channel');
  equal(await status(query('Job', { index: 0xfffffff0 })), grpc.status.NOT_FOUND, 'an unknown job');
  equal(await status(query('Transaction', { id: new Uint8Array(32) })), grpc.status.NOT_FOUND, 'an unknown transaction');
  equal((await accountsOf(new Wallet(secret('nobody')).address)).length, 0, 'nobody has an account');
}

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
  const closed = await channel(a, b);
  say('channel: vouchers sent, received, settled; closing');
  const registered = await provider(b);
  say('provider registered');
  await job(a, b, registered);
  say('job opened, delivered, accepted');
  await badInputs(a);
  say('bad inputs refused by number');
  await registered.counted();
  say('heartbeat counted');
  for (const claim of claims) await claim();
  say('withdrawals proven and claimed on L1');
  await closed();
  say(`channel closed; ${checks} checks passed`);
  l1.destroy();
  process.exit(0);
} catch (error) {
  console.error(error);
  console.error(`failed after ${checks} checks; seed ${args.seed}`);
  process.exit(1);
}
