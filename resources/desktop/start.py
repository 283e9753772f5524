"""What a bundle starts: the door of the program."""

import multiprocessing
import sys

from app.__main__ import main

multiprocessing.freeze_support()
sys.exit(main())
