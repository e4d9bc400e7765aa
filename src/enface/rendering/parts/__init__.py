"""What the asset does not have: hair, beard, glasses and clothes, as meshes around the head."""
