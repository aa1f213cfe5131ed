// Recomputes the golden vectors of EIP-712 with ethers, a wallet library that shares nothing with our code:
// domain separator, digest of every type, and the signer recovered from the compact (EIP-2098) signature.
// Usage: node check-typed-data.mjs <typed-data.json>. Exits 1 and names every difference.
import { readFileSync } from 'node:fs';
import { Signature, TypedDataEncoder, getAddress, recoverAddress } from 'ethers';

const vectors = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const domain = { ...vectors.domain, chainId: BigInt(vectors.domain.chainId) };
const differences = [];
const expect = (what, expected, actual) => {
  if (expected !== actual) differences.push(`${what}: vector ${expected}, ethers ${actual}`);
};

expect('domainSeparator', vectors.domainSeparator, TypedDataEncoder.hashDomain(domain));
for (const { type, message, digest, signature } of vectors.cases) {
  const [, name, members] = /^(\w+)\((.*)\)$/.exec(type);
  const fields = members.split(',').map((member) => {
    const [memberType, memberName] = member.split(' ');
    return { type: memberType, name: memberName };
  });
  const types = { [name]: fields };
  expect(`${name} type`, type, TypedDataEncoder.from(types).encodeType(name));
  const actual = TypedDataEncoder.hash(domain, types, message);
  expect(`${name} digest`, digest, actual);
  let signer;
  try {
    signer = recoverAddress(actual, Signature.from(signature));
  } catch (refused) {
    signer = refused.message;
  }
  expect(`${name} signer`, getAddress(vectors.signer), signer);
}
if (vectors.cases.length === 0) differences.push('no cases');
for (const difference of differences) console.error(difference);
console.log(`${vectors.cases.length} statements, ${differences.length} differences`);
process.exit(differences.length === 0 ? 0 : 1);
