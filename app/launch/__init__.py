"""How the program starts and ends: what the system must have, the splash while torch loads, faults, Ctrl+C."""
