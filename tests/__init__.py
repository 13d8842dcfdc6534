"""Programs that tests start are compiled once, also where Python is told to keep no bytecode, as in many a container:
each would take two seconds longer."""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
