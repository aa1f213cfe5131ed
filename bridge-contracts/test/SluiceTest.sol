// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice The cheat codes of forge's EVM that our tests use; add a line for each further one.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    struct Gas {
        uint64 gasLimit;
        uint64 gasTotalUsed;
        uint64 gasMemoryUsed;
        int64 gasRefunded;
        uint64 gasRemaining;
    }

    function addr(uint256 privateKey) external pure returns (address);
    function assume(bool condition) external pure;
    function blobhashes(bytes32[] calldata hashes) external;
    function chainId(uint256 newChainId) external;
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function deal(address account, uint256 newBalance) external;
    function envOr(string calldata name, bool otherwise) external view returns (bool);
    function etch(address target, bytes calldata code) external;
    function expectEmit() external;
    function expectRevert() external;
    function expectRevert(bytes4 selector) external;
    function expectRevert(bytes calldata revertData) external;
    /// @dev In place of `block.timestamp`: the optimizer takes that for constant within a test, and vm.warp changes it.
    function getBlockTimestamp() external view returns (uint256);
    function getNonce(address account) external view returns (uint64);
    function getRecordedLogs() external returns (Log[] memory);
    function label(address account, string calldata name) external;
    function lastCallGas() external view returns (Gas memory);
    function parseJsonBool(string calldata json, string calldata key) external pure returns (bool);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function prank(address sender) external;
    function prank(address sender, address origin) external;
    function prevrandao(bytes32 newPrevrandao) external;
    function projectRoot() external view returns (string memory);
    function readFile(string calldata path) external view returns (string memory);
    function recordLogs() external;
    function revertToState(uint256 snapshotId) external returns (bool);
    function roll(uint256 blockNumber) external;
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function snapshotGasLastCall(string calldata name) external returns (uint256 gasUsed);
    function snapshotValue(string calldata group, string calldata name, uint256 value) external;
    function snapshotState() external returns (uint256 snapshotId);
    function startPrank(address sender) external;
    function stopPrank() external;
    function toString(uint256 value) external pure returns (string memory);
    function warp(uint256 timestamp) external;
    function writeJson(string calldata json, string calldata path, string calldata key) external;
}

/// @notice What every test of ours stands on: cheat codes, assertions that say both values, invariant targets.
/// @dev Our own few lines instead of forge-std, whose npm package is broken.
abstract contract SluiceTest {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice Tells forge that this contract holds tests.
    bool public constant IS_TEST = true;

    /// @notice Thrown when two values that must be equal are not.
    error NotEqual(bytes32 actual, bytes32 expected, string what);

    /// @notice Thrown when two byte strings that must be equal are not.
    error NotEqualBytes(bytes actual, bytes expected, string what);

    /// @notice Thrown when a claim does not hold.
    error NotTrue(string what);

    address[] private _targets;

    /// @notice The contracts that forge's invariant runner calls; it asks for them by this name.
    function targetContracts() public view returns (address[] memory) {
        return _targets;
    }

    function targetContract(address target) internal {
        _targets.push(target);
    }

    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqual(bytes32(actual), bytes32(expected), what);
    }

    function assertEq(address actual, address expected, string memory what) internal pure {
        assertEq(uint160(actual), uint160(expected), what);
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqual(actual, expected, what);
    }

    function assertEq(bytes memory actual, bytes memory expected, string memory what) internal pure {
        if (keccak256(actual) != keccak256(expected)) revert NotEqualBytes(actual, expected, what);
    }

    function assertTrue(bool claim, string memory what) internal pure {
        if (!claim) revert NotTrue(what);
    }

    /// @notice Maps a fuzzed value into [least, most], both included.
    function bound(uint256 value, uint256 least, uint256 most) internal pure returns (uint256) {
        if (least > most) revert NotTrue("bound: least <= most");
        uint256 span = most - least;
        return span == type(uint256).max ? value : least + value % (span + 1);
    }
}
