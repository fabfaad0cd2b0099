"""`python -m jike.cli`, as the wrapper calls it."""

import sys

from jike.cli.parser import main

sys.exit(main())
