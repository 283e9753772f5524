"""How the program starts and ends: what the system must have, what is loaded behind the window, faults, Ctrl+C."""
