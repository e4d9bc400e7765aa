"""`python -m enface` is the same as the `enface` command."""

from enface.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
