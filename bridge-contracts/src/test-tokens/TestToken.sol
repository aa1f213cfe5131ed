// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IERC20} from "../interfaces/IERC20.sol";

/// @notice A plain token for development nodes and tests: anyone may mint.
contract TestToken is IERC20 {
    /// @notice EIP-20.
    string public constant name = "Sluice Test Token";
    /// @notice EIP-20.
    string public constant symbol = "TEST";
    /// @notice EIP-20.
    uint8 public constant decimals = 6;

    /// @notice EIP-20.
    uint256 public totalSupply;
    /// @inheritdoc IERC20
    mapping(address account => uint256) public balanceOf;
    /// @notice EIP-20.
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    /// @notice EIP-20.
    event Transfer(address indexed from, address indexed to, uint256 amount);
    /// @notice EIP-20.
    event Approval(address indexed owner, address indexed spender, uint256 amount);

    /// @notice Makes tokens out of nothing.
    function mint(address to, uint256 amount) external {
        totalSupply += amount;
        balanceOf[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    /// @notice EIP-20.
    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        emit Approval(msg.sender, spender, amount);
        return true;
    }

    /// @inheritdoc IERC20
    function transfer(address to, uint256 amount) external returns (bool) {
        _move(msg.sender, to, amount);
        return true;
    }

    /// @inheritdoc IERC20
    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
        return true;
    }

    function _move(address from, address to, uint256 amount) private {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        emit Transfer(from, to, amount);
    }
}
