"""Every protocol is found by its name, and says what it needs."""

from pathlib import Path

import pytest

from enface.errors import ConfigError, ManifestError
from enface.evaluation.protocols import inspect, known_protocols, open_protocol
from enface.evaluation.protocols.registry import PROTOCOLS


@pytest.mark.parametrize("name", [name for name in known_protocols() if name not in PROTOCOLS])
def test_needs_data(name: str) -> None:
    with pytest.raises(ConfigError, match=f"protocol {name} needs --data"):
        open_protocol(name, None)


def test_the_rendered_faces_need_none() -> None:
    protocol = open_protocol("rendered", None)
    found = inspect(protocol)
    assert found.problems == ()
    assert found.facts[0] == "pictures: 650 probes of 50 people, 50 gallery pictures of 50 people"


def test_the_rendered_faces_show_one_look() -> None:
    with pytest.raises(ManifestError, match="use --protocol rendered"):
        open_protocol("rendered_looks", None)


def test_looks_belong_to_manifests() -> None:
    with pytest.raises(ConfigError, match="leave --across-looks out"):
        open_protocol("lfw_view1", Path("x"), across_looks=True)


def test_unknown() -> None:
    with pytest.raises(ConfigError, match="did you mean 'cplfw'"):
        open_protocol("cplwf", Path("x"))
