// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Deployment} from "../Deployment.sol";
import {BatchHeader} from "../../src/interfaces/IRollup.sol";
import {Encode} from "../reference/Encode.sol";

contract SmokeTest is Deployment {
    function setUp() public {
        _deploy();
    }

    function test_smoke() public {
        _depositEth(ALICE, 10 ether);
        _depositToken(BOB, 1e9);
        _takeSeed();
        Chunk memory c = _chunk(Encode.blockOf(0, Encode.list(_run(3, 7))));
        assertEq(prover.postRootOf(c.preRoot, 3, c.payload, c.witness), c.postRoot, "run");
        _post(_one(c));
        Payment memory p = Payment(1, ALICE_KEY, 1, 0, BOB, 0, 1 ether, 0);
        Chunk memory d = _chunk(Encode.blockOf(0, Encode.list(_posted(p, 2))));
        assertEq(prover.postRootOf(d.preRoot, 3, d.payload, d.witness), d.postRoot, "transfer");
        assertEq(state.account(2).balance[0], 1 ether, "bob");
    }
}
