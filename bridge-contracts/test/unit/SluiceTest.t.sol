// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {SluiceTest} from "../SluiceTest.sol";

/// @notice The test base itself: a test that cannot fail would make all others worthless.
contract SluiceTestTest is SluiceTest {
    function check(uint256 actual, uint256 expected) external pure {
        assertEq(actual, expected, "numbers");
    }

    function test_assertEq_reverts_whenNumbersDiffer(uint256 a, uint256 b) public {
        vm.assume(a != b);
        vm.expectRevert(abi.encodeWithSelector(NotEqual.selector, a, b, "numbers"));
        this.check(a, b);
    }

    function test_bound_staysInside_forAnyValue(uint256 value, uint256 x, uint256 y) public pure {
        (uint256 least, uint256 most) = x <= y ? (x, y) : (y, x);
        uint256 bounded = bound(value, least, most);
        assertTrue(least <= bounded && bounded <= most, "inside");
    }

    /// @notice The rules that we build for are those that forge runs.
    function test_evm_isOsaka() public pure {
        uint256 result;
        assembly ("memory-safe") {
            // EIP-7939: exists since Osaka; under earlier rules this opcode aborts.
            result := clz(1)
        }
        assertEq(result, 255, "clz(1)");
    }
}
