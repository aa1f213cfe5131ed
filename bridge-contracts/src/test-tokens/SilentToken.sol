// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice A token for tests whose transfers return nothing, as some of the largest do: anyone may mint.
contract SilentToken {
    /// @notice EIP-20.
    mapping(address account => uint256) public balanceOf;
    /// @notice EIP-20.
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    /// @notice EIP-20.
    event Transfer(address indexed from, address indexed to, uint256 amount);

    /// @notice Makes tokens out of nothing.
    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    /// @notice EIP-20 without its return value.
    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    /// @notice EIP-20 without its return value.
    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    /// @notice EIP-20 without its return value.
    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        emit Transfer(from, to, amount);
    }
}
