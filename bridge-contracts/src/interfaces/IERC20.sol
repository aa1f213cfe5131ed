// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice What the Bridge uses of a token (EIP-20). The return values of both transfers are read by hand: some tokens return nothing.
interface IERC20 {
    /// @notice Moves tokens of the sender.
    function transfer(address to, uint256 amount) external returns (bool);

    /// @notice Moves tokens that the owner allowed.
    function transferFrom(address from, address to, uint256 amount) external returns (bool);

    /// @notice Balance in base units.
    function balanceOf(address account) external view returns (uint256);
}
