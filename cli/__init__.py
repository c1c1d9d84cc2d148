"""The `myriad` command: starts Myriad, teaches it, asks it, measures it."""
