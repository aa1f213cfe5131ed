// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {SluiceTest, Vm} from "./SluiceTest.sol";

/// @notice The figures that have a bar, in gas.json: flat, by name. A test fails if its figure passes the bar or differs from the
/// file; with FORGE_SNAPSHOT_CHECK=false in the environment it writes the file instead (one thread: forge test -j 1).
/// @dev Tests that measure gas are set to isolate by an inline configuration (see Gas.t.sol): then every call that the test makes
/// is a transaction of its own, with cold storage.
abstract contract GasBars is SluiceTest {
    string private constant FILE = "./gas.json";

    /// @notice Thrown when a figure is above its bar.
    error AboveBar(string name, uint256 value, uint256 bar);
    /// @notice Thrown when a figure is not the one in gas.json.
    error NotTheFigureOfTheFile(string name, uint256 value, uint256 inFile);

    /// @dev Checks a figure, or writes it.
    function _keep(string memory name, uint256 value, uint256 bar) internal {
        if (value > bar) revert AboveBar(name, value, bar);
        string memory key = string.concat(".", name);
        if (!vm.envOr("FORGE_SNAPSHOT_CHECK", true)) {
            vm.writeJson(vm.toString(value), FILE, key);
            return;
        }
        string memory file = vm.readFile(FILE);
        uint256 inFile = vm.keyExistsJson(file, key) ? vm.parseJsonUint(file, key) : 0;
        if (inFile != value) revert NotTheFigureOfTheFile(name, value, inFile);
    }

    /// @dev Gas of a call as a whole L1 transaction: 21,000, calldata (the dearer of the usual price and EIP-7623's floor) and
    /// execution; refunds are left out.
    function _transactionGas(address sender, address target, bytes memory call) internal returns (uint256) {
        vm.prank(sender);
        (bool done, bytes memory reason) = target.call(call);
        if (!done) {
            assembly {
                revert(add(reason, 0x20), mload(reason))
            }
        }
        Vm.Gas memory gas = vm.lastCallGas();
        assertTrue(gas.gasTotalUsed > 21_000, "a transaction of its own: isolate");
        return gas.gasTotalUsed + (gas.gasRefunded > 0 ? uint64(gas.gasRefunded) : 0);
    }
}
