"""``python -m wiki`` is ``strata``."""

from wiki.cli import main

if __name__ == "__main__":
    main(prog_name="strata")
