// Recomputes the golden vectors of BLS12-381 with noble-curves, written in JavaScript and independent of blst:
// KeyGen, encodings in EIP-2537's field order, hashing to the curve under both domains, aggregates, refused encodings.
// (noble-curves is what ethers itself signs with; the lock file pins both.)
// Usage: node check-bls.mjs <bls.json>. Exits 1 and names every difference.
import { readFileSync } from 'node:fs';
import { bls12_381 as bls } from '@noble/curves/bls12-381';
import { extract, expand } from '@noble/hashes/hkdf';
import { sha256 } from '@noble/hashes/sha256';

const vectors = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const differences = [];
const expect = (what, condition) => {
  if (!condition) differences.push(what);
};
const bytes = (hex) => Uint8Array.from(Buffer.from(hex.slice(2), 'hex'));
const words = (hex) => hex.slice(2).match(/.{96}/g).map((word) => BigInt('0x' + word));
const checked = (point) => {
  point.assertValidity();
  if (point.equals(point.constructor.ZERO)) throw new Error('infinity');
  return point;
};
const reduced = (numbers) => {
  if (numbers.some((number) => number >= bls.fields.Fp.ORDER)) throw new Error('not reduced');
  return numbers;
};
const key = (hex) => {
  const [x, y] = reduced(words(hex));
  return checked(bls.G1.ProjectivePoint.fromAffine({ x, y }));
};
const signature = (hex) => {
  const [x0, x1, y0, y1] = reduced(words(hex));
  return checked(bls.G2.ProjectivePoint.fromAffine({ x: { c0: x0, c1: x1 }, y: { c0: y0, c1: y1 } }));
};
const verify = (publicKey, message, sig, suite) => {
  const DST = `BLS_${suite}_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_`;
  const hashed = bls.G2.ProjectivePoint.fromAffine(bls.G2.hashToCurve(bytes(message), { DST }).toAffine());
  const left = bls.pairing(publicKey, hashed);
  return bls.fields.Fp12.eql(left, bls.pairing(bls.G1.ProjectivePoint.BASE, sig));
};
const refuses = (decode, hex) => {
  try {
    decode(hex);
    return false;
  } catch {
    return true;
  }
};
// draft-irtf-cfrg-bls-signature §2.3
const keyGen = (seed) => {
  const salt = sha256(Buffer.from('BLS-SIG-KEYGEN-SALT-'));
  const okm = expand(sha256, extract(sha256, Buffer.concat([seed, Buffer.of(0)]), salt), Buffer.of(0, 48), 48);
  return BigInt('0x' + Buffer.from(okm).toString('hex')) % bls.params.r;
};

const keys = [];
for (const [i, device] of vectors.devices.entries()) {
  keys.push(key(device.key));
  expect(`device ${i}: KeyGen`, bls.G1.ProjectivePoint.BASE.multiply(keyGen(bytes(device.seed))).equals(keys[i]));
  expect(`device ${i}: signature`, verify(keys[i], vectors.message, signature(device.signature), 'SIG'));
  expect(`device ${i}: possession`, verify(keys[i], device.possessionMessage, signature(device.possession), 'POP'));
}
const sum = (points) => points.reduce((a, b) => a.add(b));
expect('totalKey', sum(keys).equals(key(vectors.totalKey)));
expect('keyOfFirstSix', sum(keys.slice(0, 6)).equals(key(vectors.keyOfFirstSix)));
expect('aggregate', verify(key(vectors.totalKey), vectors.message, signature(vectors.aggregate), 'SIG'));
expect('aggregateOfFirstSix', verify(key(vectors.keyOfFirstSix), vectors.message, signature(vectors.aggregateOfFirstSix), 'SIG'));
expect('aggregate against the key of six', !verify(key(vectors.keyOfFirstSix), vectors.message, signature(vectors.aggregate), 'SIG'));
vectors.refusedKeys.forEach((hex, i) => expect(`refused key ${i}`, refuses(key, hex)));
vectors.refusedSignatures.forEach((hex, i) => expect(`refused signature ${i}`, refuses(signature, hex)));

for (const difference of differences) console.error(difference);
console.log(`${keys.length} devices, ${differences.length} differences`);
process.exit(keys.length > 0 && differences.length === 0 ? 0 : 1);
