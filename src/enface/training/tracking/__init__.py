"""What a run tells while it goes: numbers as JSON lines, pictures as grids, TensorBoard where asked for."""
