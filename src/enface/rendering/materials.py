"""Numbers of the surface materials: 0 to 8 are the asset's, the others `enface.rendering.parts`'s."""

FACE = 0
HEAD = 1
MOUTH_SOCKET = 2
EYE_SOCKET = 3
GUMS = 4
TEETH = 5
LEFT_EYE = 6
RIGHT_EYE = 7
LASHES = 8
HAIR = 9
LOOSE_HAIR = 10
CLOTH = 11
GLASSES = 12
BEARD = 13
COVERING = 14
HAND = 15
OBJECT = 16

COUNT = 17
