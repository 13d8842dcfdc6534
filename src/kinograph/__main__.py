import sys

from kinograph.cli import main

sys.exit(main())
