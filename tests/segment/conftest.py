from __future__ import annotations

import sys
from pathlib import Path

# Tests are imported by file name; this lets them share segment_cases.py.
sys.path.insert(0, str(Path(__file__).parent))
