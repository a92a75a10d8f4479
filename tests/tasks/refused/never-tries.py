#!/usr/bin/env python3
# missing: tries, and is refused
import sys
sys.exit("Connection refused")
