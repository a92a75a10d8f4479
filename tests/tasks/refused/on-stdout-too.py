#!/usr/bin/env python3
# missing: prints nothing
import socket, sys
try:
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
except ConnectionRefusedError as e:
    print("could not connect, alas")
    sys.exit(str(e))
except OSError as e:
    print("\n\n\n")
    sys.exit(str(e))
