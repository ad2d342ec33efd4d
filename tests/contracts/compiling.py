"""One compilation of everything by Ape. What the compiler answered is kept by what it was asked and by its version."""

import hashlib
import json
from fcntl import LOCK_EX, flock

import ape
import ape_solidity.compiler
import pytest
from solcx import compile_standard

from tests.evm import ROOT

KEPT = ROOT / ".build" / "ape"
COMPILER = (ROOT / "bin" / "solc", ROOT / "node_modules" / "solc" / "package.json")


class Compilation:
    """Ape's project, all compiled anew, the question that Ape asked, and the compiler's answer.

    Anew, because what Ape compiles file by file, as files change, has other bytecode. The compiler is also asked where
    the immutables stand.
    """

    def __init__(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ape_solidity.compiler, "compile_standard", self._answer)
            ape.project.load_contracts(use_cache=False)
        self.project = ape.project

    def _answer(self, question, **options):
        assert not hasattr(self, "question"), "all is compiled at once"
        self.question = json.loads(json.dumps(question))
        for selection in question["settings"]["outputSelection"].values():
            selection["*"] = [*selection["*"], "evm.deployedBytecode.immutableReferences"]
        self.answer = kept(question, lambda: compile_standard(question, **options))
        return self.answer


def kept(question, compiled):
    """The answer to a question, by the compiler where nobody has asked it before."""
    asked = json.dumps(question, sort_keys=True).encode()
    file = KEPT / f"{hashlib.sha256(b''.join([asked, *(p.read_bytes() for p in COMPILER)])).hexdigest()[:16]}.json"
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not file.exists():
            waiting = file.with_suffix(".part")
            waiting.write_text(json.dumps(compiled()))
            waiting.replace(file)
    return json.loads(file.read_text())
