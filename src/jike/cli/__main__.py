"""`python -m jike.cli`, as the wrapper calls it."""

import sys

from jike.cli.verbs import main

sys.exit(main())
