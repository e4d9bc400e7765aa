"""The lists of the log, of the paper and of the literature on Multi-PIE (specification D.3 to D.6)."""

from enface.config.suggest import did_you_mean
from enface.data.studio_lists import FRONTAL, Counts, People, Shots, StudioProtocol
from enface.errors import ConfigError
from enface.faces.multipie import CAMERAS, FRONTAL_CAMERA, FRONTAL_LIGHT, LIGHTS

_WITHIN_45 = ("080", "130", "140", "051", "050", "041", "190")
_WITHIN_90 = tuple(camera for camera, (_, pitch) in CAMERAS.items() if pitch == 0)
_ALL = tuple(CAMERAS)


def _without(values: tuple[str, ...], left_out: str) -> tuple[str, ...]:
    return tuple(value for value in values if value != left_out)


LOG_SETTING1 = StudioProtocol(
    name="log_setting1",
    summary="The log's Setting1: session 1, neutral, 7 cameras within 45 degrees, people 1-100 to train",
    source=(
        "Log: train 100 x 7 x 20 = 14,000, probes 149 x 6 x 19 = 16,986. The list writer keeps all "
        "149 x 7 x 20 = 20,860 test rows; probes are the other 6 cameras under the other 19 lights. That the "
        "gallery is camera 051, light 07 is inferred (specification D.3). Person 213 is absent."
    ),
    sessions=("01",),
    shots=Shots(_WITHIN_45),
    train=People(1, 100),
    test=People(101, 250),
    train_frontals=FRONTAL,
    gallery=FRONTAL,
    probes=Shots(_without(_WITHIN_45, FRONTAL_CAMERA), _without(LIGHTS, "07")),
    published=Counts(train=14_000, test=20_860, gallery=149, probes=16_986),
)

LOG_SESSION01 = StudioProtocol(
    name="log_session01",
    summary="The log's Session01: session 1, neutral and smile, all 15 cameras, people 1-200 to train",
    source=(
        "Log: train 200 x 2 x 15 x 20 = 120,000, test 49 x 2 x 15 x 20 = 29,400. The ground truth of a smile "
        "is the smile from the front, which is inferred (specification D.4), so both count as normal faces. "
        "The log names no gallery to test with: here the neutral picture of camera 051, light 07, and "
        "everything else is a probe."
    ),
    sessions=("01",),
    shots=Shots(_ALL, expressions=("01", "02")),
    train=People(1, 200),
    test=People(201, 250),
    train_frontals=Shots((FRONTAL_CAMERA,), (FRONTAL_LIGHT,), expressions=("01", "02")),
    gallery=FRONTAL,
    probes=Shots(_ALL, expressions=("01", "02")),
    published=Counts(train=120_000, test=29_400),
)

PAPER_SETTING1 = StudioProtocol(
    name="paper_setting1",
    summary="Setting-1 of the CVPR 2019 paper: session 1, neutral, 13 cameras, people 1-150 to train",
    source=(
        "Paper: 150 x 13 x 20 = 39,000 to train, split into non-normal (12 cameras) and normal (camera 051, "
        "all lights); gallery 100, probes 100 x 12 x 20 = 24,000. With person 213 absent the files give 99 "
        "people and 23,760 probes. That only neutral pictures are used comes from another user's notes "
        "(specification D.5). Not the log's Setting1."
    ),
    sessions=("01",),
    shots=Shots(_WITHIN_90),
    train=People(1, 150),
    test=People(151, 250),
    train_frontals=Shots((FRONTAL_CAMERA,)),
    gallery=FRONTAL,
    probes=Shots(_without(_WITHIN_90, FRONTAL_CAMERA)),
    published=Counts(train=39_000, gallery=100, probes=24_000),
)

LITERATURE_SETTING2 = StudioProtocol(
    name="literature_setting2",
    summary="Setting-2 of the literature: four sessions, neutral, 13 cameras, people 1-200 to train",
    source=(
        "DA-GAN's loader: 921 people and sessions, 621 to train (x 13 x 20 = 161,460) and 300 to test, one "
        "frontal picture enrolled of each of 137 people, probes 300 x 12 x 20 = 72,000 (inferred, "
        "specification D.6). Recording 01 is taken for neutral in every session; session 4 has a second one."
    ),
    sessions=("01", "02", "03", "04"),
    shots=Shots(_WITHIN_90),
    train=People(1, 200),
    test=People(201, 999),
    train_frontals=Shots((FRONTAL_CAMERA,)),
    gallery=FRONTAL,
    probes=Shots(_without(_WITHIN_90, FRONTAL_CAMERA)),
    published=Counts(train=161_460, gallery=137, probes=72_000),
)

STUDIO_PROTOCOLS: dict[str, StudioProtocol] = {
    protocol.name: protocol for protocol in (LOG_SETTING1, LOG_SESSION01, PAPER_SETTING1, LITERATURE_SETTING2)
}


def studio_protocol(name: str) -> StudioProtocol:
    """The protocol of that name.

    Raises:
        ConfigError: an unknown name; the message lists the known ones and the nearest.
    """
    if name not in STUDIO_PROTOCOLS:
        known = ", ".join(STUDIO_PROTOCOLS)
        raise ConfigError(f"unknown protocol {name!r}{did_you_mean(name, STUDIO_PROTOCOLS)}; known: {known}")
    return STUDIO_PROTOCOLS[name]
