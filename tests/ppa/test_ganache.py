"""The same story and the same checks on Ganache: another node, another way to say each thing."""

from dataclasses import replace

import pytest

from ppa.chain import Chain
from ppa.errors import Reverted
from ppa.verify import Subject, run
from tests.ppa.world import FIRST, PRODUCER, STRANGER, closed_world, terms_at


def test_the_story_holds_on_ganache_and_refusals_keep_their_names(ganache: Chain) -> None:
    world = closed_world(ganache)
    report = run(Subject.of(ganache, world.evidence(), world.invoice(1)))
    assert report.exit_status == 0, report.to_text()
    with pytest.raises(Reverted, match="NoSuchStatement"):
        ganache.statement(world.registry, world.id, 9)
    with pytest.raises(Reverted, match="NotTheProducer"):
        world.act(STRANGER, "propose", terms_at(world.deployment, 7))
    short = replace(terms_at(world.deployment, 7), months=1, long_stop_day=FIRST)
    with pytest.raises(Reverted, match=r"ClauseRefused.*WindowOutsideTerm"):
        world.act(PRODUCER, "propose", short)
