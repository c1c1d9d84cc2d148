"""Starts all of Myriad's processes, keeps them running, and leaves none behind."""
