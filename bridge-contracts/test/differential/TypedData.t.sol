// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {SluiceTest} from "../SluiceTest.sol";

/// @notice The digests that the prover's tests sign (test/Deployment.sol) are those of primitives/vectors/typed-data.json.
contract TypedDataTest is SluiceTest {
    string private json;

    function _case(string memory list, uint256 i) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(i), "]");
    }

    function _has(string memory path) private view returns (bool) {
        return vm.keyExistsJson(json, path);
    }

    function _bytes(string memory path, string memory field) private view returns (bytes memory) {
        return vm.parseJsonBytes(json, string.concat(path, ".", field));
    }

    function _word(string memory path, string memory field) private view returns (bytes32) {
        return vm.parseJsonBytes32(json, string.concat(path, ".", field));
    }

    function _uint(string memory path, string memory field) private view returns (uint256) {
        return vm.parseJsonUint(json, string.concat(path, ".", field));
    }

    function test_transfers_haveTheDigestsOfAWallet() public {
        json = vm.readFile(string.concat(vm.projectRoot(), "/../primitives/vectors/typed-data.json"));
        uint256 seen;
        bytes32 domain = vm.parseJsonBytes32(json, ".domainSeparator");
        address signer = address(uint160(uint256(bytes32(vm.parseJsonBytes(json, ".signer")) >> 96)));
        for (uint256 i; _has(_case("cases", i)); ++i) {
            string memory path = _case("cases", i);
            bytes32 typeHash = keccak256(bytes(vm.parseJsonString(json, string.concat(path, ".type"))));
            if (
                typeHash
                        != keccak256(
                            "Transfer(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)"
                        )
                    && typeHash
                        != keccak256(
                            "Withdraw(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)"
                        )
            ) continue;
            ++seen;
            string memory m = string.concat(path, ".message");
            bytes32 structHash = keccak256(
                abi.encode(
                    typeHash,
                    _uint(m, "account"),
                    _uint(m, "nonce"),
                    uint256(bytes32(_bytes(m, "to"))) >> 96,
                    _uint(m, "token"),
                    _uint(m, "amount"),
                    _uint(m, "maxFee")
                )
            );
            bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, structHash));
            assertEq(digest, _word(path, "digest"), "digest");
            bytes memory signature = _bytes(path, "signature");
            bytes32 r;
            uint256 vs;
            assembly {
                r := mload(add(signature, 0x20))
                vs := mload(add(signature, 0x40))
            }
            address recovered = ecrecover(digest, uint8(27 + (vs >> 255)), r, bytes32(vs << 1 >> 1));
            assertEq(recovered, signer, "signer");
        }
        assertTrue(seen >= 2, "transfer and withdraw");
    }
}
